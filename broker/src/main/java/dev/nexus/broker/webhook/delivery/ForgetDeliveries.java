package dev.nexus.broker.webhook.delivery;

import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.webhook.WebhookConfig;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Gives up events that have waited for too long, whose receiver takes them more slowly than they come; deletes events that
 * ended long enough ago, and secrets that sign no more. Runs on every replica.
 */
@ApplicationScoped
class ForgetDeliveries {

    private static final Logger LOG = Logger.getLogger(ForgetDeliveries.class);

    private final DeliveryRepository repository;
    private final DeliveryMetrics metrics;
    private final WebhookConfig config;
    private final DatabaseErrors databaseErrors;

    ForgetDeliveries(
            DeliveryRepository repository,
            DeliveryMetrics metrics,
            WebhookConfig config,
            DatabaseErrors databaseErrors) {
        this.repository = repository;
        this.metrics = metrics;
        this.config = config;
        this.databaseErrors = databaseErrors;
    }

    @Scheduled(
            every = "${nexus.webhook.forget-every:PT1M}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    Uni<Void> round() {
        return expire().chain(this::forget).onFailure().recoverWithUni(failure -> {
            LOG.warnf(
                    "Old webhook events could not be given up or deleted (%s); the next round goes on",
                    databaseErrors.record(failure));
            return Uni.createFrom().voidItem();
        });
    }

    Uni<Void> expire() {
        return batches(() -> repository.expire(config.giveUpAfter()).invoke(ended -> metrics.ended(false, ended)));
    }

    Uni<Void> forget() {
        return batches(() -> repository.forget(config.keep())).chain(repository::forgetSecrets);
    }

    private static Uni<Void> batches(Supplier<Uni<? extends Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(batch)
                .whilst(changed -> changed == DeliveryRepository.BATCH)
                .collect()
                .last()
                .replaceWithVoid();
    }
}
