package dev.nexus.broker.webhook.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** When an event is tried again: by a table, give or take a fifth, so that what failed at once does not come back at once. */
final class RetrySchedule {

    private static final double LEAST = 0.8;
    private static final double SPREAD = 0.4;

    private final List<Duration> waits;
    private final DoubleSupplier random;

    /** @param random from 0 to 1 */
    RetrySchedule(List<Duration> waits, DoubleSupplier random) {
        this.waits = List.copyOf(waits);
        this.random = random;
    }

    /** How long to wait after the attempt of this number, from 1, has failed; empty where it was the last one. */
    Optional<Duration> after(int attempt) {
        return attempt > waits.size() ? Optional.empty() : Optional.of(spread(waits.get(Math.max(0, attempt - 1))));
    }

    private Duration spread(Duration wait) {
        return Duration.ofMillis(Math.round(wait.toMillis() * (LEAST + SPREAD * random.getAsDouble())));
    }
}
