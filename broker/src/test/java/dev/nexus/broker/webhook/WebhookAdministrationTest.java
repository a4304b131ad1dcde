package dev.nexus.broker.webhook;

import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.outbound.HostAddresses;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.PutWebhook.Put;
import dev.nexus.broker.webhook.delivery.Receiver;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class WebhookAdministrationTest {

    private static final Precondition NONE = new Precondition(null, null);
    private static final String URL = "https://hooks.example.org/nexus?token=t";

    @Inject
    PutWebhook put;

    @Inject
    ShowWebhook show;

    @Inject
    DeleteWebhook delete;

    @Inject
    RotateWebhookSecret rotate;

    @Inject
    Flow flow;

    @Inject
    ObjectMapper json;

    @Inject
    Vertx vertx;

    @Inject
    Pool pool;

    private final Caller caller = new Caller("tenant-" + UUID.randomUUID(), "keykeykeykey", "request-7");
    private final Caller other = new Caller("other-" + UUID.randomUUID(), "keykeykeykey", "request-8");

    private Uni<Put> putting(Caller actor, Precondition precondition, String url) {
        return Uni.createFrom()
                .deferred(() -> put.run(actor, precondition, ("{\"url\":\"" + url + "\"}").getBytes(UTF_8)));
    }

    private Put put(String url) {
        return await(putting(caller, NONE, url));
    }

    private JsonNode view(ShownWebhook shown) {
        return json.valueToTree(shown.view());
    }

    private ShownWebhook shown() {
        return await(show.run(caller.tenant()));
    }

    private List<String> audited() {
        return flow
                .sql(
                        "select action, key_id, request_id from audit_event where tenant = $1 and action like 'webhook%'"
                                + " order by at",
                        caller.tenant())
                .stream()
                .map(row -> row.getString(0) + " " + row.getString(1) + " " + row.getString(2))
                .toList();
    }

    @Test
    void a_webhook_is_created_shown_changed_and_deleted_and_each_change_is_audited() {
        Put created = put(URL);
        JsonNode view = view(created.webhook());
        assertThat(created.created()).isTrue();
        assertThat(view.path("url").asText()).isEqualTo(URL);
        assertThat(view.path("status").asText()).isEqualTo("enabled");
        assertThat(view.path("secret").asText()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(view.path("pending").asLong()).isZero();
        assertThat(created.webhook().toString()).doesNotContain("whsec_");

        assertThat(view(shown()).has("secret")).isFalse();
        assertThat(shown().etag()).isEqualTo(created.webhook().etag());

        Put changed = put(URL + "2");
        assertThat(changed.created()).isFalse();
        assertThat(view(changed.webhook()).has("secret")).isFalse();
        assertThat(changed.webhook().etag()).isNotEqualTo(created.webhook().etag());

        await(delete.run(caller, NONE));
        assertThat(refusal(show.run(caller.tenant()))).isEqualTo(ErrorCode.WEBHOOK_NOT_FOUND);
        assertThat(refusal(delete.run(caller, NONE))).isEqualTo(ErrorCode.WEBHOOK_NOT_FOUND);
        assertThat(refusal(rotate.run(caller, RotationRequests.plain()))).isEqualTo(ErrorCode.WEBHOOK_NOT_FOUND);
        assertThat(audited())
                .containsExactly(
                        "webhook.changed keykeykeykey request-7",
                        "webhook.changed keykeykeykey request-7",
                        "webhook.deleted keykeykeykey request-7");
    }

    @Test
    void setting_the_same_url_again_changes_nothing() {
        Put created = put(URL);

        Put again = put(URL);

        assertThat(again.webhook().etag()).isEqualTo(created.webhook().etag());
        assertThat(audited()).hasSize(1);
    }

    @Test
    void a_change_with_an_outdated_etag_is_refused() {
        String first = put(URL).webhook().etag();
        Put second = await(putting(caller, new Precondition(first, null), URL + "2"));

        assertThat(refusal(putting(caller, new Precondition(first, null), URL + "3")))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(refusal(putting(caller, new Precondition(null, "*"), URL))).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(refusal(putting(other, new Precondition("*", null), URL))).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(refusal(delete.run(caller, new Precondition(first, null)))).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        String third = await(rotate.run(caller, RotationRequests.plain())).etag();
        assertThat(refusal(delete.run(caller, new Precondition(second.webhook().etag(), null))))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        await(delete.run(caller, new Precondition(third, null)));
    }

    @Test
    void only_one_of_many_concurrent_creators_receives_the_secret() {
        List<Uni<Put>> all = IntStream.range(0, 20)
                .mapToObj(i -> putting(caller, NONE, URL + i))
                .toList();

        List<Put> put = await(Uni.join().all(all).andFailFast());

        assertThat(put).filteredOn(Put::created).hasSize(1);
        assertThat(put).filteredOn(one -> view(one.webhook()).has("secret")).hasSize(1);
        assertThat(flow.count("select count(*) from webhook_secret where tenant = $1", caller.tenant()))
                .isEqualTo(1);
    }

    @Test
    void concurrent_rotations_leave_three_valid_secrets() {
        put(URL);
        List<Uni<ShownWebhook>> all = IntStream.range(0, 10)
                .mapToObj(i -> rotate.run(caller, RotationRequests.plain()))
                .toList();

        await(Uni.join().all(all).andFailFast());

        assertThat(flow.count("select count(*) from webhook_secret where tenant = $1", caller.tenant()))
                .isEqualTo(3);
        assertThat(view(shown()).path("secrets")).hasSize(3);
    }

    private String secret(ShownWebhook shown) {
        return view(shown).path("secret").asText();
    }

    @Test
    void a_rotation_retried_with_its_idempotency_key_returns_the_same_secret() {
        put(URL);
        ShownWebhook first = await(rotate.run(caller, RotationRequests.named("k-1")));

        ShownWebhook again = await(rotate.run(caller, RotationRequests.named("k-1")));

        assertThat(secret(first)).startsWith("whsec_");
        assertThat(secret(again)).isEqualTo(secret(first));
        assertThat(again.etag()).isEqualTo(first.etag());
        assertThat(view(shown()).path("secrets")).hasSize(2);
        assertThat(audited())
                .filteredOn(line -> line.startsWith("webhook.secret_rotated"))
                .hasSize(1);
    }

    @Test
    void concurrent_rotations_with_one_idempotency_key_create_one_secret() {
        put(URL);
        List<Uni<ShownWebhook>> all = IntStream.range(0, 10)
                .mapToObj(i -> rotate.run(caller, RotationRequests.named("k-1")))
                .toList();

        List<ShownWebhook> shown = await(Uni.join().all(all).andFailFast());

        assertThat(shown).extracting(this::secret).containsOnly(secret(shown.get(0)));
        assertThat(flow.count("select count(*) from webhook_secret where tenant = $1", caller.tenant()))
                .isEqualTo(2);
    }

    @Test
    void a_rotation_with_an_outdated_etag_or_idempotency_key_is_refused() {
        String etag = put(URL).webhook().etag();
        await(rotate.run(caller, RotationRequests.of(etag)));

        assertThat(refusal(rotate.run(caller, RotationRequests.of(etag)))).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        await(rotate.run(caller, RotationRequests.named("k-1")));
        await(rotate.run(caller, RotationRequests.named("k-2")));
        assertThat(refusal(rotate.run(caller, RotationRequests.named("k-1")))).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    }

    @Test
    void idempotency_keys_are_separate_for_each_tenant() {
        put(URL);
        await(putting(other, NONE, URL));
        ShownWebhook ours = await(rotate.run(caller, RotationRequests.named("k-1")));

        ShownWebhook theirs = await(rotate.run(other, RotationRequests.named("k-1")));

        assertThat(secret(theirs)).isNotEqualTo(secret(ours));
    }

    @Test
    void a_rotation_that_fails_before_its_response_is_rolled_back() {
        put(URL);
        SqlConnection lock = await(pool.getConnection());
        try {
            await(lock.query("begin").execute());
            await(lock.query("lock table webhook_event in access exclusive mode")
                    .execute());

            assertThat(rotate.run(caller, RotationRequests.plain())
                            .onFailure()
                            .recoverWithNull()
                            .await()
                            .atMost(Duration.ofSeconds(20)))
                    .isNull();
        } finally {
            await(lock.query("rollback").execute());
            await(lock.close());
        }

        assertThat(view(shown()).path("secrets")).hasSize(1);
        assertThat(audited()).noneMatch(line -> line.startsWith("webhook.secret_rotated"));
    }

    @Test
    void no_table_contains_the_secret_in_plaintext() {
        String secret = view(put(URL).webhook()).path("secret").asText();
        String base64 = secret.substring("whsec_".length());

        long found = flow.count(
                "select count(*) from webhook_secret where position(decode($1, 'base64') in sealed) > 0"
                        + " or position(convert_to($1, 'UTF8') in sealed) > 0",
                base64);

        assertThat(found).isZero();
        assertThat(flow.count(
                        "select count(*) from webhook_secret where tenant = $1 and length(sealed) > 32",
                        caller.tenant()))
                .isEqualTo(1);
    }

    @Test
    void the_event_of_a_change_is_sent_before_the_next_scheduled_poll() {
        QuarkusMock.installMockForType(Receiver.hosts(vertx), HostAddresses.class);
        put("https://hooks.invalid/");

        flow.connect(caller, "w", "key");

        // In this profile, the next scheduled poll is a day away.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> flow.count(
                                "select count(*) from webhook_event where tenant = $1 and attempts = 1"
                                        + " and last_outcome = 'unreachable'",
                                caller.tenant())
                        == 1);
        await(delete.run(caller, NONE));
    }

    @Test
    @Promise(19)
    void a_tenant_can_neither_read_nor_change_the_webhook_of_another() {
        String etag = put(URL).webhook().etag();

        assertThat(refusal(show.run(other.tenant()))).isEqualTo(ErrorCode.WEBHOOK_NOT_FOUND);
        assertThat(refusal(delete.run(other, new Precondition(etag, null)))).isEqualTo(ErrorCode.WEBHOOK_NOT_FOUND);
        await(putting(other, NONE, URL + "-other"));
        await(delete.run(other, NONE));

        assertThat(shown().etag()).isEqualTo(etag);
        assertThat(view(shown()).path("url").asText()).isEqualTo(URL);
    }
}
