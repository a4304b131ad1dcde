package dev.nexus.broker.webhook;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Deletes events that ended long enough ago, and secrets that sign no more. Runs on every replica. */
@ApplicationScoped
class ForgetDeliveries {

    private static final Logger LOG = Logger.getLogger(ForgetDeliveries.class);

    private final DeliveryRepository repository;
    private final WebhookConfig config;

    ForgetDeliveries(DeliveryRepository repository, WebhookConfig config) {
        this.repository = repository;
        this.config = config;
    }

    @Scheduled(
            every = "${nexus.webhook.forget-every:PT1M}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    Uni<Void> round() {
        return forget().onFailure().recoverWithUni(failure -> {
            LOG.warnf(
                    "Old webhook events could not be deleted (%s); the next round goes on",
                    failure.getClass().getName());
            return Uni.createFrom().voidItem();
        });
    }

    Uni<Void> forget() {
        return Multi.createBy()
                .repeating()
                .uni(() -> repository.forget(config.keep()))
                .whilst(deleted -> deleted == DeliveryRepository.BATCH)
                .collect()
                .last()
                .chain(repository::forgetSecrets);
    }
}
