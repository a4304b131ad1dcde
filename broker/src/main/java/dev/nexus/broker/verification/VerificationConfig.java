package dev.nexus.broker.verification;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hibernate.validator.constraints.Range;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Verification of credentials at their providers. */
@ConfigMapping(prefix = "nexus.verification")
interface VerificationConfig {

    /**
     * Verifies credentials at their providers. If false, the result of each verification is unknown, with the reason
     * {@code disabled}.
     */
    @WithDefault("true")
    boolean enabled();

    /**
     * The host names that the Broker may call for a verification, in lower case. Set this list if the Broker can reach
     * only some providers. The result for any other host is unknown, with the reason {@code disabled}. Default: all
     * hosts.
     */
    Optional<Set<String>> hosts();

    /**
     * The time limit of one verification: DNS lookup, connection, TLS handshake and response. The Gateway's
     * {@code nexus.gateway.provider-timeout} must be at least as long.
     */
    @WithDefault("PT3S")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 1)
    Duration timeout();

    /**
     * The maximum number of concurrent verification calls of a replica. One tenant may use half of them. The result of
     * a verification above the limit is unknown, with the reason {@code busy}.
     */
    @WithDefault("64")
    @Range(min = 1, max = 10_000)
    int maxCalls();

    /**
     * Addresses or CIDR blocks that may be called although they are not public, for private installations. Loopback,
     * unspecified and link-local addresses are refused in production. Default: none.
     */
    Optional<List<String>> allowedAddresses();

    /**
     * The name of a TLS configuration ({@code quarkus.tls}) whose authorities are trusted, for private installations.
     * Default: the authorities that the JVM trusts.
     */
    Optional<String> tlsConfigurationName();
}
