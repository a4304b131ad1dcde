package dev.nexus.broker.webhook.delivery;

import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.webhook.delivery.DeliveryStatements.Waiting;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How the deliveries are: {@code nexus.webhooks.deliveries} (attempts, by what came of them), {@code nexus.webhooks.events}
 * (delivered or failed, at their end), and of what waits, in the whole database, how much it is
 * ({@code nexus.webhooks.pending}), how old the oldest of it ({@code nexus.webhooks.oldest.pending}), and since when the most
 * overdue of it should have been tried ({@code nexus.webhooks.overdue}). All of them are there once the application has
 * started, before anything was counted.
 */
@Startup
@ApplicationScoped
class DeliveryMetrics {

    private static final Logger LOG = Logger.getLogger(DeliveryMetrics.class);

    private final MeterRegistry meters;
    private final DeliveryStatements statements;
    private final DatabaseErrors databaseErrors;
    private volatile Waiting waiting = new Waiting(0, 0, 0);

    DeliveryMetrics(MeterRegistry meters, DeliveryStatements statements, DatabaseErrors databaseErrors) {
        this.meters = meters;
        this.statements = statements;
        this.databaseErrors = databaseErrors;
        for (DeliveryOutcome outcome : DeliveryOutcome.values()) {
            // There from the start, so that the first one is an increase.
            attempts(outcome);
        }
        events(true);
        events(false);
        gauge("pending", "Events that no receiver has taken yet", null, Waiting::pending);
        gauge("oldest.pending", "Since when the oldest event waits", "seconds", Waiting::oldest);
        gauge("overdue", "Since when the most overdue event should have been tried", "seconds", Waiting::overdue);
    }

    private void gauge(String name, String description, @Nullable String unit, ToDoubleFunction<Waiting> value) {
        Gauge.builder("nexus.webhooks." + name, this, metrics -> value.applyAsDouble(metrics.waiting))
                .description(description)
                .baseUnit(unit)
                .register(meters);
    }

    void attempted(DeliveryOutcome outcome) {
        attempts(outcome).increment();
    }

    /** @param delivered false where it was given up */
    void ended(boolean delivered) {
        ended(delivered, 1);
    }

    void ended(boolean delivered, int count) {
        events(delivered).increment(count);
    }

    private Counter attempts(DeliveryOutcome outcome) {
        return Counter.builder("nexus.webhooks.deliveries")
                .description("Attempts to deliver an event, by what came of them")
                .tag("outcome", outcome.wire())
                .register(meters);
    }

    private Counter events(boolean delivered) {
        return Counter.builder("nexus.webhooks.events")
                .description("Events at their end: delivered, or given up")
                .tag("outcome", delivered ? "delivered" : "failed")
                .register(meters);
    }

    @Scheduled(
            every = "15s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    Uni<Void> measure() {
        return statements
                .waiting()
                .invoke(now -> waiting = now)
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.warnf(
                            "The webhook events could not be counted (%s); the metrics show the former count",
                            databaseErrors.record(failure));
                    return Uni.createFrom().voidItem();
                });
    }
}
