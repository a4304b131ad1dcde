package dev.nexus.broker.database;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Counts PostgreSQL's errors ({@code nexus.database.errors}), and keeps the latest error of SQLSTATE class 53, such as
 * a full disk, for the readiness check. Thread-safe.
 */
@Startup
@ApplicationScoped
public class DatabaseErrors {

    private static final Logger LOG = Logger.getLogger(DatabaseErrors.class);

    /** The time for which the readiness check shows a shortage after the last error of class 53. */
    private static final Duration SHORTAGE_VISIBLE = Duration.ofMinutes(1);

    /** The minimum interval between the log lines of shortages. With a full disk, every write fails. */
    private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

    private final MeterRegistry meters;
    private volatile @Nullable Shortage latest;
    private Instant loggedAt = Instant.EPOCH;

    DatabaseErrors(MeterRegistry meters) {
        this.meters = meters;
        // The counters exist from startup on, so that the first error is an increase.
        DatabaseErrorCode.SHORTAGES.keySet().forEach(code -> counter(new DatabaseErrorCode(code)));
    }

    /** An error of class 53. */
    record Shortage(DatabaseErrorCode state, Instant at) {}

    /**
     * Counts {@code failure} if it is an error of PostgreSQL. Returns a description of {@code failure} for a log line.
     */
    public String record(Throwable failure) {
        Throwable cause = DatabaseFailures.unwrap(failure);
        DatabaseErrorCode.find(cause).ifPresent(state -> {
            counter(state).increment();
            if (state.isShortage()) {
                latest = new Shortage(state, Instant.now());
                log(cause);
            }
        });
        return DatabaseFailures.describe(cause);
    }

    /** Returns the latest shortage if it is at most a minute old. */
    Optional<Shortage> shortage() {
        return Optional.ofNullable(latest)
                .filter(shortage -> shortage.at().plus(SHORTAGE_VISIBLE).isAfter(Instant.now()));
    }

    private synchronized void log(Throwable failure) {
        if (loggedAt.plus(LOG_INTERVAL).isBefore(Instant.now())) {
            loggedAt = Instant.now();
            LOG.errorf(
                    "PostgreSQL lacks resources. Writes fail until it has them: %s",
                    DatabaseFailures.describe(failure));
        }
    }

    private Counter counter(DatabaseErrorCode state) {
        return Counter.builder("nexus.database.errors")
                .description("Errors returned by PostgreSQL, by SQLSTATE class and condition")
                .tags("class", state.errorClass(), "condition", state.condition())
                .register(meters);
    }
}
