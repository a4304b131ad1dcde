package dev.nexus.gateway.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The public edge. */
@ConfigMapping(prefix = "nexus.gateway")
public interface GatewayConfig {

    /**
     * The address that users' browsers reach this Gateway at; auth_url is made from it alone, never from a header. In
     * production https, or a host that is this machine.
     */
    URI publicUrl();

    /** The YAML file with the API keys' entries; followed within 2 s. */
    Path apiKeysFile();

    /**
     * The Broker's address: https, with the Gateway's certificate and the Broker's authority in `quarkus.tls.broker.*`.
     * The production profile refuses another.
     */
    URI brokerUrl();

    /** A private EC P-256 JWK (RFC 7517) with a kid, which signs the service tokens; followed within 2 s. */
    Path serviceKeyFile();

    /** How long the Broker has to answer before the caller is told 503, between PT0.1S and PT1M. */
    @WithDefault("PT2.3S")
    Duration brokerTimeout();

    /**
     * How much longer the Broker has where it may ask a provider about a credential, at most PT2M: no less than the
     * Broker's `nexus.verification.timeout`.
     */
    @WithDefault("PT3.2S")
    Duration providerTimeout();

    /**
     * Addresses or CIDR blocks of proxies whose X-Forwarded-For is believed: for the rates of the /auth routes and for the
     * client address in the audit. Absent: the socket's address counts.
     */
    Optional<List<String>> trustedProxies();

    /** The rate of the /auth routes, for each client address and for each state. */
    Rate authRate();

    /** A rate. */
    interface Rate {

        /** Requests a second, over time, between 1 and 1,000,000. */
        @WithDefault("5")
        long perSecond();

        /** Requests at once, between 1 and 1,000,000. */
        @WithDefault("20")
        long burst();
    }
}
