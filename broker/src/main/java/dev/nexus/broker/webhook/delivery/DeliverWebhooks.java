package dev.nexus.broker.webhook.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.webhook.EndpointRepository;
import dev.nexus.broker.webhook.SigningSecret;
import dev.nexus.broker.webhook.SigningSecrets;
import dev.nexus.broker.webhook.WebhookConfig;
import dev.nexus.broker.webhook.delivery.DeliveryBatch.Target;
import dev.nexus.broker.webhook.delivery.DeliveryRepository.Claim;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Delivers what is due, at least once, on every replica: claims for a time, sends without holding a transaction, notes what
 * came of it. Who dies in between leaves a claim that runs out, and the event goes out again with the same id. An endpoint has
 * one batch under way at a time, and while its receiver fails or is slow a batch of one, so that it holds up nobody else.
 */
@ApplicationScoped
public class DeliverWebhooks {

    private static final Logger LOG = Logger.getLogger(DeliverWebhooks.class);

    /** What is captured within it shares one look; short enough that a receiver hears at once. */
    private static final Duration GATHER = Duration.ofMillis(100);

    /** For the secrets to be opened. */
    private static final Duration OPENING = Duration.ofSeconds(5);

    /** Whose receiver takes longer is given one event at a time, like one that fails: it holds calls that others need. */
    static final Duration PROMPT = Duration.ofSeconds(2);

    /** Endpoints that are held as failing, and for how long: who deletes and makes one again and again fills no memory. */
    static final int MOST_FAILING = 1_000;

    private static final Duration FAILING = Duration.ofHours(1);

    /** What the database may take: a claim outlasts opening and sending by so much, for the note of what came of it. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final DeliveryRepository repository;
    private final EndpointRepository endpoints;
    private final SigningSecrets secrets;
    private final SendDelivery send;
    private final DeliveryMetrics metrics;
    private final WebhookConfig config;
    private final RetrySchedule retries;
    private final DatabaseErrors databaseErrors;

    private final Set<UUID> busy = new HashSet<>();
    private final Cache<UUID, Boolean> failing = Caffeine.newBuilder()
            .maximumSize(MOST_FAILING)
            .expireAfterWrite(FAILING)
            .build();
    private int calls;
    private boolean claiming;
    private boolean again;
    private boolean soon;
    private boolean ending;
    private volatile boolean ended;

    DeliverWebhooks(
            DeliveryRepository repository,
            EndpointRepository endpoints,
            SigningSecrets secrets,
            SendDelivery send,
            DeliveryMetrics metrics,
            WebhookConfig config,
            DatabaseErrors databaseErrors) {
        this.repository = repository;
        this.endpoints = endpoints;
        this.secrets = secrets;
        this.send = send;
        this.metrics = metrics;
        this.config = config;
        this.databaseErrors = databaseErrors;
        this.retries = new RetrySchedule(
                config.retries(), () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Says that something may have been written for a receiver. Returns at once; nobody waits for a delivery. */
    public void soon() {
        synchronized (this) {
            if (soon || ending) {
                return;
            }
            soon = true;
        }
        Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(GATHER)
                .invoke(this::noLongerSoon)
                .chain(this::round)
                .subscribe()
                .with(done -> {});
    }

    private synchronized void noLongerSoon() {
        soon = false;
    }

    /** What is due from now on is another replica's; what is under way has the drain's time to end. */
    synchronized void drain(@Observes ShutdownDelayInitiatedEvent event) {
        ending = true;
    }

    /** The first word of it where there is no drain. What is still under way goes out again elsewhere. */
    synchronized void end(@Observes ShutdownEvent event) {
        ending = true;
        ended = true;
    }

    /** Claims what is due until nothing is, or as many calls are under way as may be; the deliveries go on behind it. */
    @Scheduled(
            every = "${nexus.webhook.poll-every:PT2S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    Uni<Void> round() {
        return Uni.createFrom()
                .deferred(() -> begin().map(this::claim)
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    /** One claim at a time; who comes meanwhile has it looked again. */
    private synchronized Optional<Claim> begin() {
        again |= claiming;
        int free = config.maxCalls() - calls;
        if (claiming || ending || free <= 0) {
            return Optional.empty();
        }
        claiming = true;
        again = false;
        return Optional.of(new Claim(
                Set.copyOf(busy), Set.copyOf(failing.asMap().keySet()), config.maxCallsPerEndpoint(), free, lease()));
    }

    /** How long a batch is this replica's; it has ended by then, even where the database never answers. */
    private Duration lease() {
        return OPENING.plus(config.timeout()).plus(MARGIN);
    }

    private Uni<Void> claim(Claim claim) {
        return repository
                .claim(claim)
                .ifNoItem()
                .after(MARGIN)
                .fail()
                .map(this::claimed)
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "A look at the webhook events failed (%s); the next one goes on",
                            databaseErrors.record(failure));
                    return claimed(List.of());
                })
                .flatMap(more -> more ? round() : Uni.createFrom().voidItem());
    }

    /** Whether to look again at once. */
    private boolean claimed(List<DeliveryBatch> batches) {
        boolean more;
        synchronized (this) {
            claiming = false;
            more = again || !batches.isEmpty();
            for (DeliveryBatch batch : batches) {
                busy.add(batch.endpoint());
                calls += batch.deliveries().size();
            }
        }
        for (DeliveryBatch batch : batches) {
            deliver(batch)
                    .ifNoItem()
                    .after(lease())
                    .fail()
                    .onFailure()
                    .recoverWithItem(failure -> {
                        LOG.warnf(
                                "What came of %d deliveries could not be noted (%s); they go out again",
                                batch.deliveries().size(), databaseErrors.record(failure));
                        return false;
                    })
                    .invoke(heard -> delivered(batch, heard))
                    .chain(this::round)
                    .subscribe()
                    .with(done -> {});
        }
        return more;
    }

    private synchronized void delivered(DeliveryBatch batch, boolean heard) {
        busy.remove(batch.endpoint());
        calls -= batch.deliveries().size();
        if (heard) {
            failing.invalidate(batch.endpoint());
        } else {
            failing.put(batch.endpoint(), true);
        }
    }

    /** Whether the receiver took them all, and promptly. */
    Uni<Boolean> deliver(DeliveryBatch batch) {
        if (batch.target().isEmpty()) {
            return each(
                    batch,
                    delivery ->
                            giveUp(batch, delivery, DeliveryOutcome.NO_ENDPOINT).replaceWith(true));
        }
        Target target = batch.target().get();
        return endpoints
                .secrets(batch.tenant(), batch.endpoint())
                .flatMap(stored -> secrets.open(batch.tenant(), batch.endpoint(), stored))
                .ifNoItem()
                .after(OPENING)
                .fail()
                .map(Optional::of)
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "The secrets of a webhook could not be opened (%s); its events wait",
                            databaseErrors.record(failure));
                    return Optional.empty();
                })
                .flatMap(open -> open.isEmpty()
                        ? each(
                                batch,
                                delivery -> repository
                                        .postpone(batch.tenant(), delivery, OPENING)
                                        .replaceWith(false))
                        : promptly(each(batch, delivery -> attempt(batch, target, delivery, open.get()))));
    }

    private static Uni<Boolean> promptly(Uni<Boolean> sending) {
        return Uni.createFrom().deferred(() -> {
            long began = System.nanoTime();
            return sending.map(heard -> heard && System.nanoTime() - began <= PROMPT.toNanos());
        });
    }

    private static Uni<Boolean> each(DeliveryBatch batch, Function<Delivery, Uni<Boolean>> one) {
        return Uni.join()
                .all(batch.deliveries().stream().map(one).toList())
                .andCollectFailures()
                .map(heard -> heard.stream().allMatch(Boolean::booleanValue));
    }

    private Uni<Boolean> attempt(DeliveryBatch batch, Target target, Delivery delivery, List<SigningSecret> open) {
        Uni<DeliveryOutcome> sent =
                open.isEmpty() ? Uni.createFrom().item(DeliveryOutcome.UNSIGNED) : send.run(target, delivery, open);
        return sent.flatMap(outcome -> {
            if (ended && isCutOff(outcome)) {
                return Uni.createFrom().item(false);
            }
            metrics.attempted(outcome);
            return settle(batch, target, delivery, outcome);
        });
    }

    /** At the end the connections are closed by us, which says nothing of the receiver: the claim runs out instead. */
    private static boolean isCutOff(DeliveryOutcome outcome) {
        return outcome == DeliveryOutcome.UNREACHABLE || outcome == DeliveryOutcome.TIMEOUT;
    }

    private Uni<Boolean> settle(DeliveryBatch batch, Target target, Delivery delivery, DeliveryOutcome outcome) {
        return switch (outcome) {
            case DELIVERED ->
                repository
                        .delivered(batch.tenant(), delivery)
                        .invoke(() -> metrics.ended(true))
                        .replaceWith(true);
            case GONE ->
                repository
                        .disable(batch, target, delivery)
                        .flatMap(disabled ->
                                disabled ? giveUp(batch, delivery, outcome) : retry(batch, delivery, outcome));
            default -> retry(batch, delivery, outcome);
        };
    }

    private Uni<Boolean> retry(DeliveryBatch batch, Delivery delivery, DeliveryOutcome outcome) {
        return retries.after(delivery.attempt())
                .map(wait -> repository
                        .retry(batch.tenant(), delivery, wait, outcome)
                        .replaceWith(false))
                .orElseGet(() -> giveUp(batch, delivery, outcome));
    }

    private Uni<Boolean> giveUp(DeliveryBatch batch, Delivery delivery, DeliveryOutcome outcome) {
        return repository
                .giveUp(batch.tenant(), delivery, outcome)
                .invoke(() -> metrics.ended(false))
                .replaceWith(false);
    }
}
