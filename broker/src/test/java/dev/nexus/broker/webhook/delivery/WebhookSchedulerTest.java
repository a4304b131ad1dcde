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

/** One replica's bookkeeping, on the real outbox, beside a Broker that claims nothing; what sending comes to is given. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(DeliveryClaimTest.NoWayOut.class)
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

    private final List<WebhookScheduler> deliverers = new ArrayList<>();

    @BeforeEach
    void empty() {
        flow.sql("delete from webhook_event");
    }

    /** They would go on with what other tests write. */
    @AfterEach
    void end() {
        deliverers.forEach(deliverer -> deliverer.stop(new ShutdownEvent()));
    }

    /** The real statements, and what was claimed with. */
    private class Outbox extends DeliveryStatements {

        final List<Claim> claims = new CopyOnWriteArrayList<>();

        Outbox() {
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

    private BatchDelivery batches(DeliveryStatements statements, Supplier<Uni<DeliveryOutcome>> sending) {
        SendDelivery send = new SendDelivery(config, requests) {
            @Override
            Uni<DeliveryOutcome> run(Target target, Delivery delivery, List<SigningSecret> signing) {
                return sending.get();
            }
        };
        return new BatchDelivery(statements, sealedSecrets, secrets, send, metrics, config, databaseErrors);
    }

    private WebhookScheduler deliverer(DeliveryStatements statements, BatchDelivery batches) {
        WebhookScheduler deliver = new WebhookScheduler(statements, batches, config, databaseErrors);
        deliverers.add(deliver);
        return deliver;
    }

    private WebhookScheduler deliverer(DeliveryStatements statements, Supplier<Uni<DeliveryOutcome>> sending) {
        return deliverer(statements, batches(statements, sending));
    }

    private WebhookScheduler deliverer(DeliveryStatements statements) {
        return deliverer(statements, () -> Uni.createFrom().item(DeliveryOutcome.DELIVERED));
    }

    private UUID endpoint() {
        byte[] body = "{\"url\":\"https://hooks.example.org/\"}".getBytes(UTF_8);
        await(put.run(caller, new Precondition(null, null), body));
        return endpoints.id(caller.tenant());
    }

    /** An event that was tried {@code attempts} times and is due. */
    private void event(UUID endpoint, int attempts) {
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
    void once_the_drain_has_begun_nothing_more_is_claimed() {
        event(endpoint(), 0);
        WebhookScheduler deliver = deliverer(new Outbox());

        deliver.drain(new ShutdownDelayInitiatedEvent());
        await(deliver.poll());

        assertThat(state()).isEqualTo("pending 0 null");
    }

    @ParameterizedTest
    @CsvSource({
        "UNREACHABLE, pending 11 null",
        "TIMEOUT, pending 11 null",
        "REJECTED, failed 11 rejected",
        "DELIVERED, delivered 11 delivered"
    })
    void at_the_end_an_answer_is_noted_and_a_send_that_was_cut_off_goes_out_again(DeliveryOutcome last, String noted) {
        event(endpoint(), config.retries().size());
        Outbox outbox = new Outbox();
        BatchDelivery batches = batches(outbox, () -> Uni.createFrom().item(last));
        DeliveryBatch claimed = await(outbox.claim(ONE)).get(0);

        batches.stop(new ShutdownEvent());
        await(batches.deliver(claimed));

        assertThat(state()).isEqualTo(noted);
    }

    @ParameterizedTest
    @CsvSource({"UNREACHABLE, failed 11 unreachable", "REJECTED, failed 11 rejected"})
    void during_the_drain_whatever_comes_of_a_delivery_is_noted(DeliveryOutcome last, String noted) {
        event(endpoint(), config.retries().size());
        Outbox outbox = new Outbox();
        BatchDelivery batches = batches(outbox, () -> Uni.createFrom().item(last));
        WebhookScheduler deliver = deliverer(outbox, batches);
        DeliveryBatch claimed = await(outbox.claim(ONE)).get(0);

        deliver.drain(new ShutdownDelayInitiatedEvent());
        await(batches.deliver(claimed));

        assertThat(state()).isEqualTo(noted);
    }

    @Test
    void a_claim_that_is_never_answered_holds_up_no_later_one() {
        event(endpoint(), 0);
        WebhookScheduler deliver = deliverer(new Outbox() {
            @Override
            Uni<List<DeliveryBatch>> claim(Claim claim) {
                Uni<List<DeliveryBatch>> answered = super.claim(claim);
                return claims.size() == 1 ? Uni.createFrom().nothing() : answered;
            }
        });

        await(deliver.poll());
        assertThat(state()).startsWith("pending");
        await(deliver.poll());

        Awaitility.await().until(() -> state().startsWith("delivered"));
    }

    @Test
    void a_note_that_is_never_answered_holds_neither_its_endpoint_nor_a_call() {
        UUID endpoint = endpoint();
        event(endpoint, 0);
        Outbox outbox = new Outbox() {
            @Override
            Uni<Void> delivered(String tenant, Delivery delivery) {
                return Uni.createFrom().nothing();
            }
        };
        WebhookScheduler deliver = deliverer(outbox);

        await(deliver.poll());
        assertThat(outbox.last().busy()).containsExactly(endpoint);
        assertThat(outbox.last().limit()).isEqualTo(MAX_CALLS - 1);

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> outbox.claims.stream()
                        .skip(2)
                        .anyMatch(claim -> claim.busy().isEmpty() && claim.limit() == MAX_CALLS));
    }

    @Test
    void of_endpoints_that_fail_and_are_made_again_only_so_many_are_remembered() {
        AtomicInteger left = new AtomicInteger(WebhookScheduler.MOST_FAILING * 2);
        Outbox outbox = new Outbox() {
            @Override
            Uni<List<DeliveryBatch>> claim(Claim claim) {
                claims.add(claim);
                // No more at once than the database serves at once.
                int some = claim.busy().isEmpty() ? Math.min(10, left.get()) : 0;
                left.addAndGet(-some);
                return Uni.createFrom()
                        .item(Stream.generate(WebhookSchedulerTest.this::gone)
                                .limit(some)
                                .toList());
            }
        };
        WebhookScheduler deliver = deliverer(outbox);

        await(deliver.poll());

        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            await(deliver.poll());
            assertThat(left).hasValue(0);
            assertThat(outbox.last().busy()).isEmpty();
            assertThat(outbox.last().failing()).hasSizeBetween(1, WebhookScheduler.MOST_FAILING);
        });
    }

    /** One event of an endpoint that has no secret any more. */
    private DeliveryBatch gone() {
        return new DeliveryBatch(
                caller.tenant(),
                UUID.randomUUID(),
                Optional.of(new DeliveryBatch.Target("https://hooks.example.org/", 1)),
                List.of(Deliveries.claimed(UUID.randomUUID())));
    }

    @Test
    void a_receiver_that_takes_its_time_gets_one_event_until_it_is_prompt_again() {
        UUID endpoint = endpoint();
        event(endpoint, 0);
        Outbox outbox = new Outbox();
        AtomicReference<Duration> takes = new AtomicReference<>(BatchDelivery.PROMPT.plusMillis(100));
        WebhookScheduler deliver = deliverer(
                outbox,
                () -> Uni.createFrom()
                        .item(DeliveryOutcome.DELIVERED)
                        .onItem()
                        .delayIt()
                        .by(takes.get()));

        await(deliver.poll());
        Awaitility.await()
                .untilAsserted(() -> assertThat(outbox.last().failing()).containsExactly(endpoint));

        takes.set(Duration.ofMillis(1));
        event(endpoint, 0);
        await(deliver.poll());
        Awaitility.await()
                .untilAsserted(() -> assertThat(outbox.last().failing()).isEmpty());
        assertThat(flow.count(
                        "select count(*) from webhook_event where tenant = $1 and status = 'delivered'",
                        caller.tenant()))
                .isEqualTo(2);
    }
}
