package dev.nexus.broker.webhook.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.database.StartChecks;
import dev.nexus.broker.webhook.WebhookConfig;
import dev.nexus.broker.webhook.delivery.DeliveryStatements.Claim;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Polls for due webhook events on each replica, and delivers them at least once. Claims a batch of events for each
 * endpoint for the time of a lease, and passes it to {@link BatchDelivery}. If a replica crashes, its leases expire and
 * the events are retried with the same ids. On one replica, each endpoint has at most one batch in flight. While its
 * receiver fails or is slow, the batch has one event, so that other endpoints do not wait.
 */
@ApplicationScoped
public class WebhookScheduler {

    private static final Logger LOG = Logger.getLogger(WebhookScheduler.class);

    /** Changes within this time share one poll. Short enough to notify receivers without a noticeable delay. */
    private static final Duration POLL_DELAY = Duration.ofMillis(100);

    /**
     * The maximum number of endpoints recorded as failing. Bounded, because a tenant can create endpoints without
     * limit.
     */
    static final int MAX_FAILING = 1_000;

    private static final Duration FAILING_TTL = Duration.ofHours(1);

    /** The time limit of a claim. A lease also includes this time, to store the outcome after the delivery. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final DeliveryStatements statements;
    private final BatchDelivery batches;
    private final WebhookConfig config;
    private final DatabaseErrors databaseErrors;

    private final Set<UUID> busy = new HashSet<>();
    private final Cache<UUID, Boolean> failing = Caffeine.newBuilder()
            .maximumSize(MAX_FAILING)
            .expireAfterWrite(FAILING_TTL)
            .build();
    private int calls;
    private boolean claiming;
    private boolean pollAgain;
    private boolean pollScheduled;
    private boolean draining;

    WebhookScheduler(
            DeliveryStatements statements, BatchDelivery batches, WebhookConfig config, DatabaseErrors databaseErrors) {
        this.statements = statements;
        this.batches = batches;
        this.config = config;
        this.databaseErrors = databaseErrors;
    }

    /**
     * Schedules a poll, because an event may have been written. Returns immediately: the caller never waits for a
     * delivery.
     */
    public void schedulePoll() {
        synchronized (this) {
            if (pollScheduled || draining) {
                return;
            }
            pollScheduled = true;
        }
        Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(POLL_DELAY)
                .invoke(this::markPollStarted)
                .chain(this::poll)
                .subscribe()
                .with(done -> {});
    }

    private synchronized void markPollStarted() {
        pollScheduled = false;
    }

    /** Stops claiming events, so that other replicas deliver them. Deliveries in flight may complete. */
    synchronized void drain(@Observes ShutdownDelayInitiatedEvent event) {
        draining = true;
    }

    /** A shutdown without a drain sends only this event. */
    synchronized void stop(@Observes ShutdownEvent event) {
        draining = true;
    }

    /** Claims due events until none are left or no delivery slot is free. Does not wait for the deliveries. */
    @Scheduled(
            every = "2s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = StartChecks.class)
    Uni<Void> poll() {
        return Uni.createFrom()
                .deferred(() -> beginClaim()
                        .map(this::claim)
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    /**
     * Returns empty if no delivery slot is free, if the replica is shutting down, or while a claim is in flight. That
     * claim then polls again.
     */
    private synchronized Optional<Claim> beginClaim() {
        pollAgain |= claiming;
        int free = config.maxCalls() - calls;
        if (claiming || draining || free <= 0) {
            return Optional.empty();
        }
        claiming = true;
        pollAgain = false;
        return Optional.of(new Claim(
                Set.copyOf(busy), Set.copyOf(failing.asMap().keySet()), config.maxCallsPerEndpoint(), free, lease()));
    }

    /**
     * The lease of a batch. The scheduler stops waiting for the delivery when the lease ends, even if the database
     * never responds.
     */
    private Duration lease() {
        return BatchDelivery.DECRYPT_LIMIT.plus(config.timeout()).plus(MARGIN);
    }

    private Uni<Void> claim(Claim claim) {
        return statements
                .claim(claim)
                .ifNoItem()
                .after(MARGIN)
                .fail()
                .map(this::startDeliveries)
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "Polling webhook events failed: cause=%s. The next poll retries.",
                            databaseErrors.record(failure));
                    return startDeliveries(List.of());
                })
                .flatMap(more -> more ? poll() : Uni.createFrom().voidItem());
    }

    /** Starts the deliveries. Returns true if the caller must poll again. */
    private boolean startDeliveries(List<DeliveryBatch> claimed) {
        boolean more;
        synchronized (this) {
            claiming = false;
            more = pollAgain || !claimed.isEmpty();
            for (DeliveryBatch batch : claimed) {
                busy.add(batch.endpoint());
                calls += batch.deliveries().size();
            }
        }
        for (DeliveryBatch batch : claimed) {
            batches.deliver(batch)
                    .ifNoItem()
                    .after(lease())
                    .fail()
                    .onFailure()
                    .recoverWithItem(failure -> {
                        LOG.warnf(
                                "The outcome of %d deliveries could not be stored: cause=%s. They are retried.",
                                batch.deliveries().size(), databaseErrors.record(failure));
                        return false;
                    })
                    .invoke(accepted -> endDelivery(batch, accepted))
                    .chain(this::poll)
                    .subscribe()
                    .with(done -> {});
        }
        return more;
    }

    private synchronized void endDelivery(DeliveryBatch batch, boolean accepted) {
        busy.remove(batch.endpoint());
        calls -= batch.deliveries().size();
        if (accepted) {
            failing.invalidate(batch.endpoint());
        } else {
            failing.put(batch.endpoint(), true);
        }
    }
}
