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

/** Delivery of events to the webhooks of tenants. */
@ConfigMapping(prefix = "nexus.webhook")
public interface WebhookConfig {

    /** The time limit of one delivery: DNS lookup, connection, TLS handshake and response headers. */
    @WithDefault("PT10S")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 1)
    Duration timeout();

    /**
     * The delays after the first, second, … failed attempt, each varied randomly by up to 20 %. If the attempt after
     * the last delay fails, Nexus stops retrying the event. The default makes 11 attempts within three days.
     */
    @WithDefault("PT5S,PT30S,PT2M,PT10M,PT1H,PT3H,PT6H,PT12H,PT24H,PT24H")
    @Size(min = 1, max = 100)
    List<@DurationMin(millis = 1) @DurationMax(days = 7) Duration> retries();

    /**
     * The maximum age of an undelivered event. Nexus stops retrying an older event, even if it has attempts left. If
     * this time is shorter than the sum of {@code retries}, the last attempts are not made. This setting also limits
     * the backlog of a receiver that accepts events more slowly than they occur.
     */
    @WithDefault("P7D")
    @DurationMin(minutes = 1)
    @DurationMax(days = 90)
    Duration giveUpAfter();

    /**
     * The maximum number of concurrent deliveries of a replica. 0 disables deliveries, for a Broker without network
     * egress.
     */
    @WithDefault("64")
    @Range(min = 0, max = 10_000)
    int maxCalls();

    /**
     * The maximum number of concurrent deliveries to one endpoint. The limit is 1 while its receiver fails or needs
     * over 2 s.
     */
    @WithDefault("8")
    @Range(min = 1, max = 1_000)
    int maxCallsPerEndpoint();

    /** The time for which the previous secret also signs after a rotation. */
    @WithDefault("PT24H")
    @DurationMin(seconds = 0)
    @DurationMax(days = 30)
    Duration secretOverlap();

    /** The retention time of events after they were delivered or failed. */
    @WithDefault("P7D")
    @DurationMin(minutes = 1)
    @DurationMax(days = 90)
    Duration keep();

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
