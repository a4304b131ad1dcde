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

    private final SweepRepository repository;
    private final DatabaseErrors databaseErrors;
    private final Counter revoked;
    private final Counter expired;
    private final Counter destroyed;

    ConnectionSweeper(SweepRepository repository, MeterRegistry meters, DatabaseErrors databaseErrors) {
        this.repository = repository;
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
            every = "${nexus.connection.sweep-every:PT30S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    Uni<Void> round() {
        return sweep().onFailure().recoverWithUni(failure -> {
            LOG.warnf("A round of the sweeper failed (%s); the next one goes on", databaseErrors.record(failure));
            return Uni.createFrom().voidItem();
        });
    }

    /** Sweeps until nothing is due. */
    Uni<Void> sweep() {
        return untilNothingIsDue(() -> repository.revoke().invoke(rows -> revoked.increment(rows)))
                .chain(() -> untilNothingIsDue(() -> repository.expire().invoke(rows -> expired.increment(rows))))
                .chain(() -> untilNothingIsDue(() -> repository.destroy().invoke(rows -> destroyed.increment(rows))));
    }

    private static Uni<Void> untilNothingIsDue(Supplier<Uni<? extends Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(batch)
                .whilst(swept -> swept == SweepRepository.BATCH)
                .collect()
                .last()
                .replaceWithVoid();
    }
}
