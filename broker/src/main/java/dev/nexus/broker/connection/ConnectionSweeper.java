package dev.nexus.broker.connection;

import dev.nexus.broker.database.DatabaseErrors;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Marks expired connections, revokes connections of deleted providers, and deletes credentials after their grace
 * period. No read depends on it, because the current status is computed from the connection's times. Runs on every
 * replica. A failed sweep is logged and retried by the next one.
 */
@ApplicationScoped
class ConnectionSweeper {

    private static final Logger LOG = Logger.getLogger(ConnectionSweeper.class);

    private final SweepStatements statements;
    private final DatabaseErrors databaseErrors;
    private final Counter revoked;
    private final Counter expired;
    private final Counter destroyed;

    ConnectionSweeper(SweepStatements statements, MeterRegistry meters, DatabaseErrors databaseErrors) {
        this.statements = statements;
        this.databaseErrors = databaseErrors;
        this.revoked = counter(meters, "revoked");
        this.expired = counter(meters, "expired");
        this.destroyed = counter(meters, "destroyed");
    }

    private static Counter counter(MeterRegistry meters, String change) {
        return Counter.builder("nexus.connections.swept")
                .description(
                        "Rows that the sweeper changed: connections that it revoked with their provider or marked as"
                                + " expired, and credentials that it deleted after their grace period")
                .tag("change", change)
                .register(meters);
    }

    @Scheduled(
            every = "30s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    Uni<Void> scheduledSweep() {
        return sweep().onFailure().recoverWithUni(failure -> {
            LOG.warnf("Sweeping connections failed: cause=%s. The next sweep retries.", databaseErrors.record(failure));
            return Uni.createFrom().voidItem();
        });
    }

    /** Sweeps until no row is due. */
    Uni<Void> sweep() {
        return untilNothingIsDue(() -> statements.revoke().invoke(rows -> revoked.increment(rows)))
                .chain(() -> untilNothingIsDue(() -> statements.expire().invoke(rows -> expired.increment(rows))))
                .chain(() -> untilNothingIsDue(() -> statements.destroy().invoke(rows -> destroyed.increment(rows))));
    }

    private static Uni<Void> untilNothingIsDue(Supplier<Uni<? extends Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(batch)
                .whilst(swept -> swept == SweepStatements.BATCH)
                .collect()
                .last()
                .replaceWithVoid();
    }
}
