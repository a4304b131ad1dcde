package dev.nexus.broker.webhook;

import static dev.nexus.broker.testing.Flow.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.PutWebhook.Put;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Concurrent changes of one webhook. {@link WebhookAdministrationTest} has further cases. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class WebhookRaceTest {

    private static final Precondition NONE = new Precondition(null, null);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String DONE = "done";
    private static final String URL = "https://hooks.example.org/nexus?token=t";

    @Inject
    PutWebhook put;

    @Inject
    DeleteWebhook delete;

    @Inject
    RotateWebhookSecret rotate;

    @Inject
    Flow flow;

    @Inject
    Pool pool;

    private final Caller caller = new Caller("tenant-" + UUID.randomUUID(), "keykeykeykey", "request-7");

    private Uni<Put> putting(Precondition precondition, String url) {
        return Uni.createFrom()
                .deferred(() -> put.run(caller, precondition, ("{\"url\":\"" + url + "\"}").getBytes(UTF_8)));
    }

    private Put put(String url) {
        return await(putting(NONE, url));
    }

    private long changes() {
        return flow.count(
                "select count(*) from audit_event where tenant = $1 and action = 'webhook.changed'", caller.tenant());
    }

    @Test
    void only_one_of_many_conditional_creations_succeeds() {
        List<Uni<String>> all = IntStream.range(0, 20)
                .mapToObj(i -> outcome(putting(new Precondition(null, "*"), URL + i)))
                .toList();

        List<String> outcomes = await(Uni.join().all(all).andFailFast());

        assertThat(outcomes).filteredOn(DONE::equals).hasSize(1);
        assertThat(outcomes)
                .filteredOn(outcome -> !outcome.equals(DONE))
                .hasSize(19)
                .containsOnly(ErrorCode.PRECONDITION_FAILED.wire());
        assertThat(changes()).isEqualTo(1);
    }

    @Test
    void only_one_of_many_changes_with_the_same_etag_succeeds() {
        Precondition read = new Precondition(put(URL).webhook().etag(), null);
        List<Uni<String>> all = IntStream.range(0, 10)
                .mapToObj(i -> outcome(putting(read, URL + i)))
                .toList();

        List<String> outcomes = await(Uni.join().all(all).andFailFast());

        assertThat(outcomes).filteredOn(DONE::equals).hasSize(1);
        assertThat(outcomes)
                .filteredOn(outcome -> !outcome.equals(DONE))
                .containsOnly(ErrorCode.PRECONDITION_FAILED.wire());
        assertThat(changes()).isEqualTo(2);
    }

    @Test
    void concurrent_change_rotation_and_deletion_leave_one_signing_secret_or_no_webhook() {
        for (int round = 0; round < 15; round++) {
            put(URL);
            List<Uni<String>> all = List.of(
                    outcome(putting(NONE, URL + round)),
                    outcome(Uni.createFrom().deferred(() -> rotate.run(caller, RotationRequests.plain()))),
                    outcome(Uni.createFrom().deferred(() -> delete.run(caller, NONE))),
                    outcome(putting(NONE, URL)));

            List<String> outcomes = await(Uni.join().all(all).andFailFast());

            assertThat(outcomes.get(1)).isIn(DONE, ErrorCode.WEBHOOK_NOT_FOUND.wire());
            assertThat(outcomes.get(2)).isEqualTo(DONE);
            assertThat(outcomes).isSubsetOf(DONE, ErrorCode.WEBHOOK_NOT_FOUND.wire(), ErrorCode.UNAVAILABLE.wire());
            assertThat(flow.count(
                            "select count(*) from webhook_secret where tenant = $1 and valid_until is null",
                            caller.tenant()))
                    .isEqualTo(flow.count("select count(*) from webhook_endpoint where tenant = $1", caller.tenant()));
        }
    }

    /** The error code of {@code answer}, or {@link #DONE}. */
    private static Uni<String> outcome(Uni<?> answer) {
        return answer.map(item -> DONE)
                .onFailure(ApiException.class)
                .recoverWithItem(failure -> failure.code().wire());
    }

    @Test
    void two_waiting_rotations_with_one_idempotency_key_return_the_same_secret() {
        put(URL);
        SqlConnection change = await(pool.getConnection());
        await(change.query("begin").execute());
        await(change.preparedQuery("select id from webhook_endpoint where tenant = $1 for update")
                .execute(Tuple.of(caller.tenant())));

        List<CompletableFuture<ShownWebhook>> rotations = Stream.generate(
                        () -> rotate.run(caller, RotationRequests.named("k-1")).subscribeAsCompletionStage())
                .limit(2)
                .toList();
        await().atMost(PATIENCE).until(() -> waiting() == 2);
        await(change.query("rollback").execute());
        await(change.close());

        List<WebhookView> views =
                rotations.stream().map(rotation -> rotation.join().view()).toList();
        assertThat(views.get(1).secret()).isEqualTo(views.get(0).secret());
        assertThat(flow.count("select count(*) from webhook_secret where tenant = $1", caller.tenant()))
                .isEqualTo(2);
    }

    private long waiting() {
        return flow.count(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'webhook_endpoint'");
    }
}
