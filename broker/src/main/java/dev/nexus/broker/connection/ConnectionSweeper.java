package dev.nexus.broker.connection;

import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.database.StartChecks;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Revokes connections of deleted providers, marks overdue pending connections as expired, and deletes credentials after
 * their grace period. No read depends on a sweep, because reads compute the current status. Runs on every replica. Logs
 * a failed sweep. The next sweep retries.
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
            skipExecutionIf = StartChecks.class)
    Uni<Void> scheduledSweep() {
        return sweep().onFailure().recoverWithUni(failure -> {
            LOG.warnf("Sweeping connections failed: cause=%s. The next sweep retries.", databaseErrors.record(failure));
            return Uni.createFrom().voidItem();
        });
    }

    /** Sweeps the rows of each kind in batches, until a batch is not full. Rows that are locked may remain. */
    Uni<Void> sweep() {
        return untilBatchIsNotFull(() -> statements.revoke().invoke(rows -> revoked.increment(rows)))
                .chain(() -> untilBatchIsNotFull(() -> statements.expire().invoke(rows -> expired.increment(rows))))
                .chain(() -> untilBatchIsNotFull(() -> statements.destroy().invoke(rows -> destroyed.increment(rows))));
    }

    private static Uni<Void> untilBatchIsNotFull(Supplier<Uni<? extends Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(batch)
                .whilst(swept -> swept == SweepStatements.BATCH)
                .collect()
                .last()
                .replaceWithVoid();
    }
}
