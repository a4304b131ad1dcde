package dev.nexus.broker.webhook.delivery;

import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.database.StartChecks;
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
 * The metrics of webhook deliveries. {@code nexus.webhooks.deliveries} counts attempts by outcome, and {@code
 * nexus.webhooks.events} counts delivered and failed events. Three gauges describe the undelivered events of all
 * tenants: their number ({@code nexus.webhooks.pending}), the age of the oldest ({@code
 * nexus.webhooks.oldest.pending}), and the delay of the most overdue attempt ({@code nexus.webhooks.overdue}). All
 * series exist from startup on.
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
            // Registered at startup, so that the first attempt is an increase of an existing series.
            attempts(outcome);
        }
        events(true);
        events(false);
        gauge("pending", "Events that are not delivered yet", null, Waiting::pending);
        gauge("oldest.pending", "Age of the oldest undelivered event", "seconds", Waiting::oldest);
        gauge("overdue", "Delay of the most overdue attempt", "seconds", Waiting::overdue);
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

    /** @param delivered false if the event failed */
    void ended(boolean delivered) {
        ended(delivered, 1);
    }

    void ended(boolean delivered, int count) {
        events(delivered).increment(count);
    }

    private Counter attempts(DeliveryOutcome outcome) {
        return Counter.builder("nexus.webhooks.deliveries")
                .description("Attempts to deliver an event, by outcome")
                .tag("outcome", outcome.wire())
                .register(meters);
    }

    private Counter events(boolean delivered) {
        return Counter.builder("nexus.webhooks.events")
                .description("Events that were delivered or failed")
                .tag("outcome", delivered ? "delivered" : "failed")
                .register(meters);
    }

    @Scheduled(
            every = "15s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = StartChecks.class)
    Uni<Void> measure() {
        return statements
                .waiting()
                .invoke(now -> waiting = now)
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.warnf(
                            "Counting webhook events failed: cause=%s. The metrics show the previous values.",
                            databaseErrors.record(failure));
                    return Uni.createFrom().voidItem();
                });
    }
}
