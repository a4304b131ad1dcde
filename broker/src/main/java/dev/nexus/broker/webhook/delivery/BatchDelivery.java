package dev.nexus.broker.webhook.delivery;

import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.webhook.SecretStatements;
import dev.nexus.broker.webhook.SigningSecret;
import dev.nexus.broker.webhook.SigningSecrets;
import dev.nexus.broker.webhook.WebhookConfig;
import dev.nexus.broker.webhook.delivery.DeliveryBatch.Target;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Delivers one claimed batch: decrypts the endpoint's secrets, sends each event, and stores its outcome. No transaction
 * is open while an event is sent.
 */
@ApplicationScoped
class BatchDelivery {

    /**
     * The time limit for reading and decrypting the secrets. If the secrets cannot be read or decrypted, the events are
     * postponed by the same time.
     */
    static final Duration DECRYPT_LIMIT = Duration.ofSeconds(5);

    /**
     * The time in which a receiver must accept a batch. A slower receiver is throttled to one event at a time, like a
     * failing receiver, so that it cannot use up the delivery slots.
     */
    static final Duration SLOW_THRESHOLD = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(BatchDelivery.class);

    private final DeliveryStatements statements;
    private final SecretStatements sealedSecrets;
    private final SigningSecrets secrets;
    private final SendDelivery send;
    private final DeliveryMetrics metrics;
    private final RetrySchedule retries;
    private final DatabaseErrors databaseErrors;
    private volatile boolean stopped;

    BatchDelivery(
            DeliveryStatements statements,
            SecretStatements sealedSecrets,
            SigningSecrets secrets,
            SendDelivery send,
            DeliveryMetrics metrics,
            WebhookConfig config,
            DatabaseErrors databaseErrors) {
        this.statements = statements;
        this.sealedSecrets = sealedSecrets;
        this.secrets = secrets;
        this.send = send;
        this.metrics = metrics;
        this.databaseErrors = databaseErrors;
        this.retries = new RetrySchedule(
                config.retries(), () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * From now on, does not store the outcome of deliveries that the shutdown interrupts. Another replica retries them.
     */
    void stop(@Observes ShutdownEvent event) {
        stopped = true;
    }

    /**
     * Delivers the batch. Returns true if the receiver accepted all events within {@link #SLOW_THRESHOLD}, or if the
     * endpoint is disabled or deleted.
     */
    Uni<Boolean> deliver(DeliveryBatch batch) {
        if (batch.target().isEmpty()) {
            return each(
                    batch,
                    delivery ->
                            giveUp(batch, delivery, DeliveryOutcome.NO_ENDPOINT).replaceWith(true));
        }
        Target target = batch.target().get();
        return sealedSecrets
                .valid(batch.tenant(), batch.endpoint())
                .flatMap(stored -> secrets.open(batch.tenant(), batch.endpoint(), stored))
                .ifNoItem()
                .after(DECRYPT_LIMIT)
                .fail()
                .map(Optional::of)
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "The secrets of a webhook could not be decrypted: cause=%s. Its events are postponed.",
                            databaseErrors.record(failure));
                    return Optional.empty();
                })
                .flatMap(open -> open.isEmpty()
                        ? each(
                                batch,
                                delivery -> statements
                                        .postpone(batch.tenant(), delivery, DECRYPT_LIMIT)
                                        .replaceWith(false))
                        : acceptedInTime(each(batch, delivery -> attempt(batch, target, delivery, open.get()))));
    }

    private static Uni<Boolean> acceptedInTime(Uni<Boolean> sending) {
        return Uni.createFrom().deferred(() -> {
            long startedAt = System.nanoTime();
            return sending.map(accepted -> accepted && System.nanoTime() - startedAt <= SLOW_THRESHOLD.toNanos());
        });
    }

    private static Uni<Boolean> each(DeliveryBatch batch, Function<Delivery, Uni<Boolean>> one) {
        return Uni.join()
                .all(batch.deliveries().stream().map(one).toList())
                .andCollectFailures()
                .map(accepted -> accepted.stream().allMatch(Boolean::booleanValue));
    }

    private Uni<Boolean> attempt(DeliveryBatch batch, Target target, Delivery delivery, List<SigningSecret> open) {
        Uni<DeliveryOutcome> sent =
                open.isEmpty() ? Uni.createFrom().item(DeliveryOutcome.UNSIGNED) : send.run(target, delivery, open);
        return sent.flatMap(outcome -> {
            if (stopped && isInterruptedByShutdown(outcome)) {
                return Uni.createFrom().item(false);
            }
            metrics.attempted(outcome);
            return settle(batch, target, delivery, outcome);
        });
    }

    /**
     * Returns true for outcomes that a shutdown can cause, because a shutdown closes the connections. The lease of such
     * a delivery expires.
     */
    private static boolean isInterruptedByShutdown(DeliveryOutcome outcome) {
        return outcome == DeliveryOutcome.UNREACHABLE || outcome == DeliveryOutcome.TIMEOUT;
    }

    private Uni<Boolean> settle(DeliveryBatch batch, Target target, Delivery delivery, DeliveryOutcome outcome) {
        return switch (outcome) {
            case DELIVERED ->
                statements
                        .delivered(batch.tenant(), delivery)
                        .invoke(() -> metrics.ended(true))
                        .replaceWith(true);
            case GONE ->
                statements
                        .disable(batch, target, delivery)
                        .flatMap(disabled ->
                                disabled ? giveUp(batch, delivery, outcome) : retry(batch, delivery, outcome));
            default -> retry(batch, delivery, outcome);
        };
    }

    private Uni<Boolean> retry(DeliveryBatch batch, Delivery delivery, DeliveryOutcome outcome) {
        return retries.after(delivery.attempt())
                .map(wait -> statements
                        .retry(batch.tenant(), delivery, wait, outcome)
                        .replaceWith(false))
                .orElseGet(() -> giveUp(batch, delivery, outcome));
    }

    private Uni<Boolean> giveUp(DeliveryBatch batch, Delivery delivery, DeliveryOutcome outcome) {
        return statements
                .giveUp(batch.tenant(), delivery, outcome)
                .invoke(() -> metrics.ended(false))
                .replaceWith(false);
    }
}
