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
 * Tidies up after the clock: nothing waits for it, since what a connection says is computed from its times. Runs on every
 * replica; a failed round is logged and the next one goes on.
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
                        "Rows that the sweeper has dealt with: connections that were revoked with their provider or"
                                + " whose state ran out unused, and credentials whose grace was over")
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

    /** Sweeps until nothing is due. */
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
