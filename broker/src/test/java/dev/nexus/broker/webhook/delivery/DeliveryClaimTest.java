package dev.nexus.broker.webhook.delivery;

import static dev.nexus.broker.testing.Flow.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.PutWebhook;
import dev.nexus.broker.webhook.StoredEndpoint;
import dev.nexus.broker.webhook.delivery.DeliveryBatch.Target;
import dev.nexus.broker.webhook.delivery.DeliveryStatements.Claim;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims of events, and the statements that store their outcome. Nothing is sent. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(DeliveryClaimTest.NoDeliveries.class)
class DeliveryClaimTest {

    private static final Duration LEASE = Duration.ofSeconds(30);

    /** Settings of a Broker that delivers nothing. */
    public static final class NoDeliveries implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("nexus.webhook.max-calls", "0", "nexus.webhook.keep", "PT1H");
        }
    }

    @Inject
    Flow flow;

    @Inject
    Pool pool;

    @Inject
    PutWebhook put;

    @Inject
    StoredEndpoint endpoints;

    @Inject
    DeliveryStatements statements;

    @Inject
    WebhookScheduler scheduler;

    @Inject
    DeliverySweeper sweeper;

    private final Caller one = new Caller("one-" + UUID.randomUUID(), "k", "r");
    private final Caller other = new Caller("other-" + UUID.randomUUID(), "k", "r");

    @BeforeEach
    void deleteEvents() {
        flow.sql("delete from webhook_event");
    }

    private UUID endpoint(Caller caller) {
        byte[] body = "{\"url\":\"https://hooks.example.org/\"}".getBytes(UTF_8);
        await(put.run(caller, new Precondition(null, null), body));
        return endpoints.id(caller.tenant());
    }

    private void insertEvents(Caller caller, UUID endpoint, int count) {
        flow.sql("""
                insert into webhook_event (id, endpoint_id, tenant, type, connection_id, workspace_id, provider_id, label,
                                           connection_status)
                select gen_random_uuid(), $1, $2, 'connection.revoked', gen_random_uuid(), 'w', p.id, '', 'revoked'
                from provider p, generate_series(1, $3::int) where p.slug = 'api-key' and p.tenant is null
                """, endpoint, caller.tenant(), count);
    }

    private Uni<List<DeliveryBatch>> claiming(Claim claim) {
        return Uni.createFrom().deferred(() -> statements.claim(claim));
    }

    private List<DeliveryBatch> claim(Set<UUID> busy, Set<UUID> failing, int perEndpoint, int limit) {
        return await(claiming(new Claim(busy, failing, perEndpoint, limit, LEASE)));
    }

    private static List<UUID> ids(List<DeliveryBatch> batches) {
        return batches.stream()
                .flatMap(batch -> batch.deliveries().stream())
                .map(Delivery::id)
                .toList();
    }

    private String state(UUID event) {
        Row row = flow.sql("select status, attempts, last_outcome from webhook_event where id = $1", event)
                .iterator()
                .next();
        return row.getString(0) + " " + row.getInteger(1) + " " + row.getString(2);
    }

    @Test
    void a_claimed_event_is_not_claimed_again_until_the_lease_expires() {
        insertEvents(one, endpoint(one), 5);

        List<UUID> first = ids(claim(Set.of(), Set.of(), 8, 64));
        List<UUID> second = ids(claim(Set.of(), Set.of(), 8, 64));
        assertThat(first).hasSize(5);
        assertThat(second).isEmpty();

        flow.sql("update webhook_event set next_attempt_at = now()");
        List<DeliveryBatch> later = claim(Set.of(), Set.of(), 8, 64);
        assertThat(ids(later)).containsExactlyInAnyOrderElementsOf(first);
        assertThat(later.get(0).deliveries()).allMatch(delivery -> delivery.attempt() == 2);
    }

    @Test
    void concurrent_claims_return_each_due_event_at_most_once() {
        UUID endpoint = endpoint(one);
        insertEvents(one, endpoint, 100);
        List<Uni<List<DeliveryBatch>>> claims = IntStream.range(0, 16)
                .mapToObj(i -> claiming(new Claim(Set.of(), Set.of(), 8, 64, LEASE)))
                .toList();

        List<UUID> claimed = await(Uni.join().all(claims).andFailFast()).stream()
                .flatMap(batches -> ids(batches).stream())
                .toList();

        assertThat(claimed).doesNotHaveDuplicates().hasSizeBetween(64, 100);
    }

    @Test
    void a_claim_skips_busy_endpoints_and_takes_one_event_of_a_failing_and_a_limited_number_of_others() {
        UUID endpointOfOne = endpoint(one);
        UUID endpointOfOther = endpoint(other);
        insertEvents(one, endpointOfOne, 20);
        insertEvents(other, endpointOfOther, 20);

        assertThat(claim(Set.of(endpointOfOne, endpointOfOther), Set.of(), 8, 64))
                .isEmpty();
        assertThat(ids(claim(Set.of(endpointOfOne), Set.of(endpointOfOther), 8, 64)))
                .hasSize(1);
        List<DeliveryBatch> both = claim(Set.of(), Set.of(endpointOfOther), 8, 64);
        assertThat(both).hasSize(2);
        assertThat(both)
                .allMatch(
                        batch -> batch.deliveries().size() == (batch.endpoint().equals(endpointOfOne) ? 8 : 1));
        assertThat(ids(claim(Set.of(), Set.of(), 8, 3))).hasSize(3);
    }

    @Test
    void only_a_successful_outcome_is_stored_after_another_claim_of_the_event() {
        UUID endpoint = endpoint(one);
        insertEvents(one, endpoint, 2);
        List<Delivery> late = claim(Set.of(), Set.of(), 8, 64).get(0).deliveries();
        flow.sql("update webhook_event set next_attempt_at = now()");
        claim(Set.of(), Set.of(), 8, 64);

        await(statements.retry(one.tenant(), late.get(0), Duration.ZERO, DeliveryOutcome.TIMEOUT));
        await(statements.giveUp(one.tenant(), late.get(0), DeliveryOutcome.TIMEOUT));
        await(statements.postpone(one.tenant(), late.get(0), Duration.ZERO));
        await(statements.delivered(one.tenant(), late.get(1)));

        assertThat(state(late.get(0).id())).isEqualTo("pending 2 null");
        assertThat(state(late.get(1).id())).isEqualTo("delivered 2 delivered");
        assertThat(ids(claim(Set.of(), Set.of(), 8, 64))).isEmpty();
    }

    @Test
    void the_final_status_of_an_event_does_not_change() {
        insertEvents(one, endpoint(one), 1);
        Delivery delivery = claim(Set.of(), Set.of(), 8, 64).get(0).deliveries().get(0);

        await(statements.delivered(one.tenant(), delivery));
        await(statements.delivered(one.tenant(), delivery));
        await(statements.giveUp(one.tenant(), delivery, DeliveryOutcome.TIMEOUT));

        assertThat(state(delivery.id())).isEqualTo("delivered 1 delivered");
        assertThat(flow.count(
                        "select count(*) from audit_event where tenant = $1 and action like 'webhook.%ed'"
                                + " and request_id = $2",
                        one.tenant(), delivery.id().toString()))
                .isEqualTo(1);
    }

    @Test
    void no_outcome_is_stored_for_an_event_of_another_tenant() {
        insertEvents(one, endpoint(one), 1);
        Delivery delivery = claim(Set.of(), Set.of(), 8, 64).get(0).deliveries().get(0);

        await(statements.delivered(other.tenant(), delivery));
        await(statements.giveUp(other.tenant(), delivery, DeliveryOutcome.TIMEOUT));
        await(statements.retry(other.tenant(), delivery, Duration.ZERO, DeliveryOutcome.TIMEOUT));

        assertThat(state(delivery.id())).isEqualTo("pending 1 null");
    }

    @Test
    void a_gone_response_disables_only_the_url_that_returned_it() {
        UUID endpoint = endpoint(one);
        insertEvents(one, endpoint, 1);
        DeliveryBatch batch = claim(Set.of(), Set.of(), 8, 64).get(0);
        Target target = batch.target().orElseThrow();
        await(put.run(
                one, new Precondition(null, null), "{\"url\":\"https://hooks.example.org/new\"}".getBytes(UTF_8)));

        boolean late =
                await(statements.disable(batch, target, batch.deliveries().get(0)));
        boolean now = await(statements.disable(
                batch,
                new Target("https://hooks.example.org/new", target.edition() + 1),
                batch.deliveries().get(0)));

        assertThat(List.of(late, now)).containsExactly(false, true);
    }

    @Test
    void events_of_a_disabled_or_deleted_endpoint_have_no_target() {
        UUID disabled = endpoint(one);
        insertEvents(one, disabled, 1);
        insertEvents(other, UUID.randomUUID(), 1);
        flow.sql("update webhook_endpoint set disabled_at = now() where id = $1", disabled);

        List<DeliveryBatch> batches = claim(Set.of(), Set.of(), 8, 64);

        assertThat(batches).hasSize(2).allMatch(batch -> batch.target().isEmpty());
    }

    @Test
    void a_broker_without_delivery_slots_claims_nothing() {
        insertEvents(one, endpoint(one), 3);

        await(scheduler.poll());

        assertThat(flow.count("select count(*) from webhook_event where attempts = 0"))
                .isEqualTo(3);
    }

    @Test
    void only_events_that_are_too_old_are_expired() {
        UUID endpoint = endpoint(one);
        insertEvents(one, endpoint, 1_200);
        flow.sql("update webhook_event set occurred_at = now() - interval '7 days 1 second'");
        flow.sql("update webhook_event set attempts = 1, last_outcome = 'timeout' where id ="
                + " (select id from webhook_event limit 1)");
        insertEvents(one, endpoint, 2);

        await(sweeper.expire());

        assertThat(flow.count("select count(*) from webhook_event where status = 'pending'"))
                .isEqualTo(2);
        assertThat(flow.count(
                        "select count(*) from webhook_event where status = 'failed' and last_outcome = 'expired'"))
                .isEqualTo(1_199);
        assertThat(flow.count(
                        "select count(*) from webhook_event where status = 'failed' and last_outcome = 'timeout'"))
                .isEqualTo(1);
        assertThat(flow.count(
                        "select count(*) from audit_event where tenant = $1 and action = 'webhook.failed'",
                        one.tenant()))
                .isEqualTo(1_200);
    }

    @Test
    void only_events_that_ended_long_ago_and_expired_secrets_are_deleted() {
        UUID endpoint = endpoint(one);
        insertEvents(one, endpoint, 1_200);
        flow.sql("update webhook_event set status = 'delivered', ended_at = now() - interval '2 hours'");
        insertEvents(one, endpoint, 2);
        flow.sql("update webhook_event set status = 'failed', ended_at = now() where id ="
                + " (select id from webhook_event where status = 'pending' limit 1)");
        flow.sql(
                "insert into webhook_secret (id, endpoint_id, tenant, cipher, key_version, sealed, valid_until)"
                        + " values (gen_random_uuid(), $1, $2, 'local', 1, '\\x00', now() - interval '1 second')",
                endpoint,
                one.tenant());

        await(sweeper.delete());

        assertThat(flow.count("select count(*) from webhook_event")).isEqualTo(2);
        assertThat(flow.count("select count(*) from webhook_secret where tenant = $1", one.tenant()))
                .isEqualTo(1);
    }

    @Test
    void the_claim_uses_the_index_of_due_events() {
        flow.sql("""
                insert into webhook_event (id, endpoint_id, tenant, type, connection_id, workspace_id, provider_id, label,
                                           connection_status, next_attempt_at)
                select gen_random_uuid(), md5((n % 10)::text)::uuid, 'many', 'connection.revoked', gen_random_uuid(), 'w',
                       gen_random_uuid(), '', 'revoked', now() + interval '1 day'
                from generate_series(1, 20000) n
                """);
        pool.query("analyze webhook_event").executeAndAwait();

        StringBuilder plan = new StringBuilder();
        for (Row row :
                pool.query("explain (generic_plan) " + DeliveryStatements.CLAIM).executeAndAwait()) {
            plan.append(row.getString(0)).append('\n');
        }

        assertThat(plan).contains("webhook_event_due").doesNotContain("Seq Scan on webhook_event");
    }

    @Test
    void an_event_is_written_in_the_transaction_of_the_change() {
        endpoint(one);
        UUID connection = flow.connect(one, "w", "key");
        flow.sql("alter table audit_event add constraint no_more check (tenant <> '" + one.tenant() + "') not valid");
        try {
            assertThat(Flow.refusal(flow.revoking(one, connection)
                            .onFailure()
                            .transform(refused -> new ApiException(ErrorCode.INTERNAL, "not stored"))))
                    .isEqualTo(ErrorCode.INTERNAL);
        } finally {
            flow.sql("alter table audit_event drop constraint no_more");
        }
        assertThat(flow.count("select count(*) from webhook_event where type = 'connection.revoked'"))
                .isZero();

        flow.revoke(one, connection);

        assertThat(flow.count("select count(*) from webhook_event where type = 'connection.revoked'"))
                .isEqualTo(1);
    }
}
