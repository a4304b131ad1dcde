package dev.nexus.broker.reseal;

import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.database.StartChecks;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Runs {@link Reseal} every 15 seconds. Logs a failed run. The next run continues with the remaining values. */
@ApplicationScoped
class ResealOnSchedule {

    private static final Logger LOG = Logger.getLogger(ResealOnSchedule.class);

    private final Reseal reseal;
    private final DatabaseErrors databaseErrors;

    ResealOnSchedule(Reseal reseal, DatabaseErrors databaseErrors) {
        this.reseal = reseal;
        this.databaseErrors = databaseErrors;
    }

    @Scheduled(
            every = "15s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = StartChecks.class)
    Uni<Void> run() {
        return reseal.run().onFailure().recoverWithUni(failure -> {
            LOG.warnf("The re-seal job failed: cause=%s. The next run continues.", databaseErrors.record(failure));
            return Uni.createFrom().voidItem();
        });
    }
}
