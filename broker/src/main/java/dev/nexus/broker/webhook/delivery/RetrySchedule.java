package dev.nexus.broker.webhook.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * The delays between attempts. Varies each by up to 20 %, so that events that failed together are not retried together.
 */
final class RetrySchedule {

    private static final double MIN_FACTOR = 0.8;
    private static final double FACTOR_RANGE = 0.4;

    private final List<Duration> waits;
    private final DoubleSupplier random;

    /** @param random returns numbers from 0 to 1 */
    RetrySchedule(List<Duration> waits, DoubleSupplier random) {
        this.waits = List.copyOf(waits);
        this.random = random;
    }

    /** Returns the delay after the failed attempt with this number, from 1, or empty if it was the last attempt. */
    Optional<Duration> after(int attempt) {
        return attempt > waits.size() ? Optional.empty() : Optional.of(vary(waits.get(Math.max(0, attempt - 1))));
    }

    private Duration vary(Duration wait) {
        return Duration.ofMillis(Math.round(wait.toMillis() * (MIN_FACTOR + FACTOR_RANGE * random.getAsDouble())));
    }
}
