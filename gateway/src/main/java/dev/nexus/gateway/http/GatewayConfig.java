package dev.nexus.gateway.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of the Gateway. */
@ConfigMapping(prefix = "nexus.gateway")
public interface GatewayConfig {

    /**
     * The URL of this Gateway for users' browsers. auth_url begins with it. No header of a request changes that. In
     * production, it must be https, or have a loopback host.
     */
    URI publicUrl();

    /** The API keys file, in YAML. Reloaded within 2 s after a change. */
    Path apiKeysFile();

    /**
     * The URL of the Broker. In production it must be https. If it is https, `quarkus.tls.broker.*` must have the
     * Gateway's client certificate and the authority of the Broker's certificate.
     */
    URI brokerUrl();

    /**
     * The key that signs service tokens: a private EC P-256 JWK (RFC 7517) with a kid. Reloaded within 2 s after a
     * change.
     */
    Path serviceKeyFile();

    /** The time-out of a call to the Broker, between PT0.1S and PT1M. After it, the caller gets 503. */
    @WithDefault("PT2.3S")
    Duration brokerTimeout();

    /**
     * The time added to the time-out of calls that may verify a credential at its provider, at most PT2M. It must be at
     * least the Broker's `nexus.verification.timeout`.
     */
    @WithDefault("PT3.2S")
    Duration providerTimeout();

    /**
     * Addresses or CIDR blocks of trusted proxies. If a request comes from one of them, X-Forwarded-For determines the
     * client address for the rate limits of the /auth routes and for the audit log. Otherwise, or without this header,
     * the client address is the address of the socket.
     */
    Optional<List<String>> trustedProxies();

    /** The rate limit of the /auth routes except /auth/assets, for each client address and for each state. */
    Rate authRate();

    /** A rate limit. */
    interface Rate {

        /** The average number of requests per second, between 1 and 1,000,000. */
        @WithDefault("5")
        long perSecond();

        /** The maximum number of requests in a burst, between 1 and 1,000,000. */
        @WithDefault("20")
        long burst();
    }
}
