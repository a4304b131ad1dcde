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
 * Counts the errors that PostgreSQL answers with ({@code nexus.database.errors}) and remembers the latest one of SQLSTATE
 * class 53, such as a full disk, for the readiness detail. Thread-safe.
 */
@Startup
@ApplicationScoped
public class DatabaseErrors {

    private static final Logger LOG = Logger.getLogger(DatabaseErrors.class);

    /** How long a shortage is shown after its last error. */
    private static final Duration SHOWN = Duration.ofMinutes(1);

    /** A full disk fails each write: one line for all of them in this time. */
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final MeterRegistry meters;
    private volatile @Nullable Shortage latest;
    private Instant lineAt = Instant.EPOCH;

    DatabaseErrors(MeterRegistry meters) {
        this.meters = meters;
        // There from the start, so that the first error is an increase.
        DatabaseErrorCode.SHORTAGES.keySet().forEach(code -> counter(new DatabaseErrorCode(code)));
    }

    /** An error of class 53. */
    record Shortage(DatabaseErrorCode state, Instant at) {}

    /** Counts {@code failure} if it is PostgreSQL's, and returns its description for a log line. */
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

    /** The latest shortage, if it is no older than a minute. */
    Optional<Shortage> shortage() {
        return Optional.ofNullable(latest)
                .filter(shortage -> shortage.at().plus(SHOWN).isAfter(Instant.now()));
    }

    private synchronized void log(Throwable failure) {
        if (lineAt.plus(BETWEEN_LINES).isBefore(Instant.now())) {
            lineAt = Instant.now();
            LOG.errorf(
                    "PostgreSQL lacks resources, requests that write fail until it has them: %s",
                    DatabaseFailures.describe(failure));
        }
    }

    private Counter counter(DatabaseErrorCode state) {
        return Counter.builder("nexus.database.errors")
                .description("Errors that PostgreSQL answered with, by SQLSTATE class and condition")
                .tags("class", state.errorClass(), "condition", state.condition())
                .register(meters);
    }
}
