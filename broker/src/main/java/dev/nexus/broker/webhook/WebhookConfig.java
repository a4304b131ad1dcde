package dev.nexus.broker.webhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Telling tenants what happens to their connections, at the URLs that they give. */
@ConfigMapping(prefix = "nexus.webhook")
public interface WebhookConfig {

    /**
     * How often a Broker looks for events that are due. A change of its own it delivers at once; this is for what others
     * left behind, and for retries.
     */
    @WithDefault("PT2S")
    Duration pollEvery();

    /** What one delivery may take in all: name, connection, handshake and the answer's head. */
    @WithDefault("PT10S")
    Duration timeout();

    /**
     * How long to wait after the first, second, … failed attempt, give or take a fifth. After the last one the event is
     * given up. The default makes 11 attempts within three days.
     */
    @WithDefault("PT5S,PT30S,PT2M,PT10M,PT1H,PT3H,PT6H,PT12H,PT24H,PT24H")
    List<Duration> retries();

    /**
     * How old an event may become that nobody has taken, whatever attempts it has left; longer than all of {@code retries}
     * together. A receiver that takes events more slowly than they come would otherwise have ever more of them wait.
     */
    @WithDefault("P7D")
    Duration giveUpAfter();

    /** Deliveries at once in this replica; 0: none, for a Broker that has no way out. */
    @WithDefault("64")
    int maxCalls();

    /** Deliveries at once to one tenant's endpoint; one while its receiver fails or takes longer than 2 s. */
    @WithDefault("8")
    int maxCallsPerEndpoint();

    /** How long the former secret still signs beside a new one. */
    @WithDefault("PT24H")
    Duration secretOverlap();

    /** How often the events that wait are counted, for the metrics. */
    @WithDefault("PT15S")
    Duration measureEvery();

    /** How often events that are kept no longer are deleted. */
    @WithDefault("PT1M")
    Duration forgetEvery();

    /** How long events are kept once they were delivered or given up. */
    @WithDefault("P7D")
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
