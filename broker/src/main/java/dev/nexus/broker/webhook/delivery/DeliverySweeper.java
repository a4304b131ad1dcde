package dev.nexus.broker.webhook.delivery;

import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.database.StartChecks;
import dev.nexus.broker.webhook.WebhookConfig;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Marks events that were not delivered within {@code nexus.webhook.give-up-after} as failed. Deletes events that were
 * delivered or failed longer ago than {@code nexus.webhook.keep}, and secrets that are no longer valid. Runs on each
 * replica.
 */
@ApplicationScoped
class DeliverySweeper {

    private static final Logger LOG = Logger.getLogger(DeliverySweeper.class);

    private final DeliveryStatements statements;
    private final DeliveryMetrics metrics;
    private final WebhookConfig config;
    private final DatabaseErrors databaseErrors;

    DeliverySweeper(
            DeliveryStatements statements,
            DeliveryMetrics metrics,
            WebhookConfig config,
            DatabaseErrors databaseErrors) {
        this.statements = statements;
        this.metrics = metrics;
        this.config = config;
        this.databaseErrors = databaseErrors;
    }

    @Scheduled(
            every = "1m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = StartChecks.class)
    Uni<Void> sweep() {
        return expire().chain(this::delete).onFailure().recoverWithUni(failure -> {
            LOG.warnf(
                    "Sweeping webhook events failed: cause=%s. The next sweep retries.",
                    databaseErrors.record(failure));
            return Uni.createFrom().voidItem();
        });
    }

    Uni<Void> expire() {
        return batches(() -> statements.expire(config.giveUpAfter()).invoke(ended -> metrics.ended(false, ended)));
    }

    Uni<Void> delete() {
        return batches(() -> statements.deleteEnded(config.keep())).chain(statements::deleteExpiredSecrets);
    }

    private static Uni<Void> batches(Supplier<Uni<? extends Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(batch)
                .whilst(changed -> changed == DeliveryStatements.BATCH)
                .collect()
                .last()
                .replaceWithVoid();
    }
}
