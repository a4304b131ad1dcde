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

/** Asking providers whether a credential is good. */
@ConfigMapping(prefix = "nexus.verification")
interface VerificationConfig {

    /** Whether providers are asked. Off: what would be asked is stored as unverified. */
    @WithDefault("true")
    boolean enabled();

    /**
     * The only host names that are asked, in lower case, for a Broker that can or may reach only some vendors. A credential
     * of another host is stored as unverified with the reason {@code disabled}. Absent: every host.
     */
    Optional<Set<String>> hosts();

    /** What one question may take in all: name, connection, handshake and the answer's head. */
    @WithDefault("PT3S")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 1)
    Duration timeout();

    /**
     * The most calls at once in this replica; a credential beyond them is stored as unverified with the reason `busy`. One
     * tenant may take half of them.
     */
    @WithDefault("64")
    @Range(min = 1, max = 10_000)
    int maxCalls();

    /**
     * Addresses or CIDR blocks that may be reached although they are not public, for private installations. Loopback,
     * unspecified and link-local addresses are refused in production. Absent: none.
     */
    Optional<List<String>> allowedAddresses();

    /**
     * A configuration of the TLS registry whose authorities are trusted, for private installations. Absent: those that
     * the JVM trusts.
     */
    Optional<String> tlsConfigurationName();
}
