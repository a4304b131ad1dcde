package dev.nexus.broker.webhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.Range;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Telling tenants what happens to their connections, at the URLs that they give. */
@ConfigMapping(prefix = "nexus.webhook")
public interface WebhookConfig {

    /** What one delivery may take in all: name, connection, handshake and the answer's head. */
    @WithDefault("PT10S")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 1)
    Duration timeout();

    /**
     * How long to wait after the first, second, … failed attempt, give or take a fifth. After the last one the event is
     * given up. The default makes 11 attempts within three days.
     */
    @WithDefault("PT5S,PT30S,PT2M,PT10M,PT1H,PT3H,PT6H,PT12H,PT24H,PT24H")
    @Size(min = 1, max = 100)
    List<@DurationMin(millis = 1) @DurationMax(days = 7) Duration> retries();

    /**
     * How old an event may become that nobody has taken, whatever attempts it has left; longer than all of {@code retries}
     * together. A receiver that takes events more slowly than they come would otherwise have ever more of them wait.
     */
    @WithDefault("P7D")
    @DurationMin(minutes = 1)
    @DurationMax(days = 90)
    Duration giveUpAfter();

    /** Deliveries at once in this replica; 0: none, for a Broker that has no way out. */
    @WithDefault("64")
    @Range(min = 0, max = 10_000)
    int maxCalls();

    /** Deliveries at once to one tenant's endpoint; one while its receiver fails or takes longer than 2 s. */
    @WithDefault("8")
    @Range(min = 1, max = 1_000)
    int maxCallsPerEndpoint();

    /** How long the previous secret signs beside a new one. */
    @WithDefault("PT24H")
    @DurationMin(seconds = 0)
    @DurationMax(days = 30)
    Duration secretOverlap();

    /** How long events are kept once they were delivered or given up. */
    @WithDefault("P7D")
    @DurationMin(minutes = 1)
    @DurationMax(days = 90)
    Duration keep();

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
