package dev.nexus.broker.reseal;

import dev.nexus.broker.database.DatabaseErrors;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Looks for values of an older key; a failed round is logged and the next one goes on. */
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
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    Uni<Void> run() {
        return reseal.run().onFailure().recoverWithUni(failure -> {
            LOG.warnf("A round of sealing again stopped (%s); the next one goes on", databaseErrors.record(failure));
            return Uni.createFrom().voidItem();
        });
    }
}
