package dev.nexus.broker.webhook.delivery;

import static dev.nexus.broker.testing.Flow.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.outbound.GuardedRequests;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.PutWebhook;
import dev.nexus.broker.webhook.SecretStatements;
import dev.nexus.broker.webhook.SigningSecret;
import dev.nexus.broker.webhook.SigningSecrets;
import dev.nexus.broker.webhook.StoredEndpoint;
import dev.nexus.broker.webhook.WebhookConfig;
import dev.nexus.broker.webhook.delivery.DeliveryBatch.Target;
import dev.nexus.broker.webhook.delivery.DeliveryStatements.Claim;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The scheduler of one replica with the real outbox. Sending is simulated, and the Broker's own scheduler claims
 * nothing.
 */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(DeliveryClaimTest.NoDeliveries.class)
class WebhookSchedulerTest {

    private static final int MAX_CALLS = 8;
    private static final Claim ONE = new Claim(Set.of(), Set.of(), 1, 1, Duration.ofMinutes(1));

    @Inject
    Flow flow;

    @Inject
    Pool pool;

    @Inject
    PutWebhook put;

    @Inject
    SecretStatements sealedSecrets;

    @Inject
    StoredEndpoint endpoints;

    @Inject
    SigningSecrets secrets;

    @Inject
    DeliveryMetrics metrics;

    @Inject
    GuardedRequests requests;

    private final Caller caller = new Caller("tenant-" + UUID.randomUUID(), "k", "r");
    private final WebhookConfig config = new SmallRyeConfigBuilder()
            .withMapping(WebhookConfig.class)
            .withDefaultValues(
                    Map.of("nexus.webhook.max-calls", String.valueOf(MAX_CALLS), "nexus.webhook.timeout", "PT0.1S"))
            .build()
            .getConfigMapping(WebhookConfig.class);

    private final List<WebhookScheduler> schedulers = new ArrayList<>();

    @BeforeEach
    void deleteEvents() {
        flow.sql("delete from webhook_event");
    }

    /** Otherwise the schedulers would claim events of other tests. */
    @AfterEach
    void end() {
        schedulers.forEach(scheduler -> scheduler.stop(new ShutdownEvent()));
    }

    /** The real statements. They also record each claim. */
    private class RecordingStatements extends DeliveryStatements {

        final List<Claim> claims = new CopyOnWriteArrayList<>();

        RecordingStatements() {
            super(pool);
        }

        @Override
        Uni<List<DeliveryBatch>> claim(Claim claim) {
            claims.add(claim);
            return super.claim(claim);
        }

        Claim last() {
            return claims.get(claims.size() - 1);
        }
    }

    @Inject
    DatabaseErrors databaseErrors;

    private BatchDelivery batches(DeliveryStatements statements, Supplier<Uni<DeliveryOutcome>> result) {
        SendDelivery send = new SendDelivery(config, requests) {
            @Override
            Uni<DeliveryOutcome> run(Target target, Delivery delivery, List<SigningSecret> signing) {
                return result.get();
            }
        };
        return new BatchDelivery(statements, sealedSecrets, secrets, send, metrics, config, databaseErrors);
    }

    private WebhookScheduler scheduler(DeliveryStatements statements, BatchDelivery batches) {
        WebhookScheduler scheduler = new WebhookScheduler(statements, batches, config, databaseErrors);
        schedulers.add(scheduler);
        return scheduler;
    }

    private WebhookScheduler scheduler(DeliveryStatements statements, Supplier<Uni<DeliveryOutcome>> result) {
        return scheduler(statements, batches(statements, result));
    }

    private WebhookScheduler scheduler(DeliveryStatements statements) {
        return scheduler(statements, () -> Uni.createFrom().item(DeliveryOutcome.DELIVERED));
    }

    private UUID endpoint() {
        byte[] body = "{\"url\":\"https://hooks.example.org/\"}".getBytes(UTF_8);
        await(put.run(caller, new Precondition(null, null), body));
        return endpoints.id(caller.tenant());
    }

    /** Inserts a due event with {@code attempts} attempts. */
    private void insertEvent(UUID endpoint, int attempts) {
        flow.sql("""
                insert into webhook_event (id, endpoint_id, tenant, type, connection_id, workspace_id, provider_id, label,
                                           connection_status, attempts)
                select gen_random_uuid(), $1, $2, 'connection.revoked', gen_random_uuid(), 'w', p.id, '', 'revoked', $3
                from provider p where p.slug = 'api-key' and p.tenant is null
                """, endpoint, caller.tenant(), attempts);
    }

    private String state() {
        Row row = flow.sql(
                        "select status, attempts, last_outcome from webhook_event where tenant = $1", caller.tenant())
                .iterator()
                .next();
        return row.getString(0) + " " + row.getInteger(1) + " " + row.getString(2);
    }

    @Test
    void nothing_is_claimed_after_the_drain_has_begun() {
        insertEvent(endpoint(), 0);
        WebhookScheduler scheduler = scheduler(new RecordingStatements());

        scheduler.drain(new ShutdownDelayInitiatedEvent());
        await(scheduler.poll());

        assertThat(state()).isEqualTo("pending 0 null");
    }

    @ParameterizedTest
    @CsvSource({
        "UNREACHABLE, pending 11 null",
        "TIMEOUT, pending 11 null",
        "REJECTED, failed 11 rejected",
        "DELIVERED, delivered 11 delivered"
    })
    void at_shutdown_a_response_is_stored_and_an_interrupted_delivery_is_retried(DeliveryOutcome last, String stored) {
        insertEvent(endpoint(), config.retries().size());
        RecordingStatements statements = new RecordingStatements();
        BatchDelivery batches = batches(statements, () -> Uni.createFrom().item(last));
        DeliveryBatch claimed = await(statements.claim(ONE)).get(0);

        batches.stop(new ShutdownEvent());
        await(batches.deliver(claimed));

        assertThat(state()).isEqualTo(stored);
    }

    @ParameterizedTest
    @CsvSource({"UNREACHABLE, failed 11 unreachable", "REJECTED, failed 11 rejected"})
    void during_the_drain_each_outcome_is_stored(DeliveryOutcome last, String stored) {
        insertEvent(endpoint(), config.retries().size());
        RecordingStatements statements = new RecordingStatements();
        BatchDelivery batches = batches(statements, () -> Uni.createFrom().item(last));
        WebhookScheduler scheduler = scheduler(statements, batches);
        DeliveryBatch claimed = await(statements.claim(ONE)).get(0);

        scheduler.drain(new ShutdownDelayInitiatedEvent());
        await(batches.deliver(claimed));

        assertThat(state()).isEqualTo(stored);
    }

    @Test
    void a_claim_that_gets_no_response_does_not_block_later_claims() {
        insertEvent(endpoint(), 0);
        WebhookScheduler scheduler = scheduler(new RecordingStatements() {
            @Override
            Uni<List<DeliveryBatch>> claim(Claim claim) {
                Uni<List<DeliveryBatch>> answered = super.claim(claim);
                return claims.size() == 1 ? Uni.createFrom().nothing() : answered;
            }
        });

        await(scheduler.poll());
        assertThat(state()).startsWith("pending");
        await(scheduler.poll());

        Awaitility.await().until(() -> state().startsWith("delivered"));
    }

    @Test
    void an_outcome_statement_that_gets_no_response_blocks_neither_the_endpoint_nor_a_delivery_slot() {
        UUID endpoint = endpoint();
        insertEvent(endpoint, 0);
        RecordingStatements statements = new RecordingStatements() {
            @Override
            Uni<Void> delivered(String tenant, Delivery delivery) {
                return Uni.createFrom().nothing();
            }
        };
        WebhookScheduler scheduler = scheduler(statements);

        await(scheduler.poll());
        assertThat(statements.last().busy()).containsExactly(endpoint);
        assertThat(statements.last().limit()).isEqualTo(MAX_CALLS - 1);

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> statements.claims.stream()
                        .skip(2)
                        .anyMatch(claim -> claim.busy().isEmpty() && claim.limit() == MAX_CALLS));
    }

    @Test
    void the_number_of_recorded_failing_endpoints_is_bounded() {
        AtomicInteger left = new AtomicInteger(WebhookScheduler.MAX_FAILING * 2);
        RecordingStatements statements = new RecordingStatements() {
            @Override
            Uni<List<DeliveryBatch>> claim(Claim claim) {
                claims.add(claim);
                // At most as many batches as the database can serve at the same time.
                int some = claim.busy().isEmpty() ? Math.min(10, left.get()) : 0;
                left.addAndGet(-some);
                return Uni.createFrom()
                        .item(Stream.generate(WebhookSchedulerTest.this::batchWithoutSecret)
                                .limit(some)
                                .toList());
            }
        };
        WebhookScheduler scheduler = scheduler(statements);

        await(scheduler.poll());

        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            await(scheduler.poll());
            assertThat(left).hasValue(0);
            assertThat(statements.last().busy()).isEmpty();
            assertThat(statements.last().failing()).hasSizeBetween(1, WebhookScheduler.MAX_FAILING);
        });
    }

    /** A batch with one event of an endpoint without secrets. */
    private DeliveryBatch batchWithoutSecret() {
        return new DeliveryBatch(
                caller.tenant(),
                UUID.randomUUID(),
                Optional.of(new DeliveryBatch.Target("https://hooks.example.org/", 1)),
                List.of(Deliveries.claimed(UUID.randomUUID())));
    }

    @Test
    void a_slow_receiver_gets_one_event_at_a_time_until_it_is_fast_again() {
        UUID endpoint = endpoint();
        insertEvent(endpoint, 0);
        RecordingStatements statements = new RecordingStatements();
        AtomicReference<Duration> responseTime = new AtomicReference<>(BatchDelivery.SLOW_THRESHOLD.plusMillis(100));
        WebhookScheduler scheduler = scheduler(
                statements,
                () -> Uni.createFrom()
                        .item(DeliveryOutcome.DELIVERED)
                        .onItem()
                        .delayIt()
                        .by(responseTime.get()));

        await(scheduler.poll());
        Awaitility.await()
                .untilAsserted(() -> assertThat(statements.last().failing()).containsExactly(endpoint));

        responseTime.set(Duration.ofMillis(1));
        insertEvent(endpoint, 0);
        await(scheduler.poll());
        Awaitility.await()
                .untilAsserted(() -> assertThat(statements.last().failing()).isEmpty());
        assertThat(flow.count(
                        "select count(*) from webhook_event where tenant = $1 and status = 'delivered'",
                        caller.tenant()))
                .isEqualTo(2);
    }
}
