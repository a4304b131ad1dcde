package dev.nexus.broker.webhook.delivery;

import static dev.nexus.broker.testing.Flow.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.cipher.CipherBinding;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.UnreadableValues;
import dev.nexus.broker.connection.SweepOnce;
import dev.nexus.broker.connection.VerifyConnection;
import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.outbound.HostAddresses;
import dev.nexus.broker.provider.DeleteProvider;
import dev.nexus.broker.provider.PutProvider;
import dev.nexus.broker.testing.EmbeddedPostgresResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.DeleteWebhook;
import dev.nexus.broker.webhook.EndpointRepository;
import dev.nexus.broker.webhook.PutWebhook;
import dev.nexus.broker.webhook.RotateWebhookSecret;
import dev.nexus.broker.webhook.Rotations;
import dev.nexus.broker.webhook.ShowWebhook;
import dev.nexus.broker.webhook.ShownWebhook;
import dev.nexus.broker.webhook.SigningSecrets;
import dev.nexus.broker.webhook.StoredEndpoint;
import dev.nexus.broker.webhook.WebhookConfig;
import dev.nexus.broker.webhook.delivery.Receiver.Received;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events of the real flow, delivered over TLS to a receiver that takes them, or fails in every way. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@TestProfile(WebhookDeliveryTest.Delivering.class)
class WebhookDeliveryTest {

    private static final String CREDENTIAL = "canary-81ab4e";
    private static final Precondition NONE = new Precondition(null, null);
    private static final Duration PROMPT = Duration.ofSeconds(30);
    private static final Vertx VERTX = Vertx.vertx();

    private static Receiver receiver;
    private static Receiver other;

    /** 127.0.0.1 alone may be reached besides public addresses; three attempts within seconds. */
    public static final class Delivering implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            String certificate = Receiver.CERTIFICATE.toAbsolutePath().toString();
            return Map.ofEntries(
                    Map.entry("nexus.webhook.poll-every", "PT1S"),
                    Map.entry("nexus.webhook.timeout", "PT2S"),
                    Map.entry("nexus.webhook.max-calls-per-endpoint", "4"),
                    Map.entry("nexus.webhook.retries", "PT0.1S,PT0.2S"),
                    Map.entry("nexus.webhook.allowed-addresses", "127.0.0.1"),
                    Map.entry("nexus.webhook.tls-configuration-name", "receiver"),
                    Map.entry("nexus.verification.enabled", "true"),
                    Map.entry("nexus.verification.allowed-addresses", "127.0.0.1"),
                    Map.entry("nexus.verification.tls-configuration-name", "receiver"),
                    Map.entry("quarkus.tls.receiver.trust-store.p12.path", certificate),
                    Map.entry("quarkus.tls.receiver.trust-store.p12.password", "changeit"));
        }
    }

    @Inject
    Flow flow;

    @Inject
    PutWebhook put;

    @Inject
    ShowWebhook show;

    @Inject
    DeleteWebhook delete;

    @Inject
    RotateWebhookSecret rotate;

    @Inject
    PutProvider putProvider;

    @Inject
    DeleteProvider deleteProvider;

    @Inject
    VerifyConnection verify;

    @Inject
    SweepOnce sweeper;

    @Inject
    DeliveryRepository repository;

    @Inject
    EndpointRepository endpoints;

    @Inject
    SigningSecrets secrets;

    @Inject
    SendDelivery send;

    @Inject
    DeliveryMetrics metrics;

    @Inject
    WebhookConfig config;

    @Inject
    DatabaseErrors databaseErrors;

    @Inject
    UnreadableValues unreadable;

    @Inject
    MeterRegistry meters;

    @Inject
    ObjectMapper json;

    private final String tenant = "tenant-" + UUID.randomUUID();
    private final Caller caller = new Caller(tenant, "keykeykeykey", "request");
    private final String workspace = "workspace";

    @BeforeAll
    static void listen() {
        receiver = new Receiver();
        other = new Receiver();
        receiver.redirectTo("https://receiver.test:" + other.port() + "/200");
    }

    @AfterAll
    static void end() {
        receiver.close();
        other.close();
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void begin() {
        QuarkusMock.installMockForType(new Receiver.Names(VERTX), HostAddresses.class);
    }

    /** Sets the tenant's URL; the secret where one was made. */
    private String hook(String url) {
        return secret(Flow.await(put.run(caller, NONE, body(url))).webhook());
    }

    private static byte[] body(String url) {
        return ("{\"url\":\"" + url + "\"}").getBytes(UTF_8);
    }

    private JsonNode view(ShownWebhook shown) {
        return json.valueToTree(shown.view());
    }

    private String secret(ShownWebhook shown) {
        return view(shown).path("secret").asText();
    }

    private JsonNode shown() {
        return view(Flow.await(show.run(tenant)));
    }

    private List<Received> awaitReceived(int count) {
        Awaitility.await().atMost(PROMPT).until(() -> receiver.received(tenant).size() >= count);
        return receiver.received(tenant);
    }

    private void awaitEvents(String status, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(events(status)).as(this::states).isEqualTo(count));
    }

    private String states() {
        return flow
                .sql(
                        "select status || ' ' || attempts || ' ' || coalesce(last_outcome, '-') || ': ' || count(*)"
                                + " from webhook_event where tenant = $1 group by status, attempts, last_outcome",
                        tenant)
                .stream()
                .map(row -> row.getString(0))
                .toList()
                .toString();
    }

    private long events(String status) {
        return flow.count("select count(*) from webhook_event where tenant = $1 and status = $2", tenant, status);
    }

    private long audited(String action, String outcome) {
        return flow.count(
                "select count(*) from audit_event where tenant = $1 and action = $2 and outcome = $3",
                tenant,
                action,
                outcome);
    }

    private String lastOutcome() {
        return flow.sql("select last_outcome from webhook_event where tenant = $1", tenant)
                .iterator()
                .next()
                .getString(0);
    }

    private JsonNode data(Received request) {
        try {
            return json.readTree(request.body()).path("data");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> told() {
        return receiver.received(tenant).stream()
                .map(request -> {
                    try {
                        return json.readTree(request.body()).path("type").asText() + " "
                                + data(request).path("connection_id").asText();
                    } catch (JsonProcessingException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .sorted()
                .toList();
    }

    @Test
    void every_change_is_told_at_once_signed_and_without_the_credential() {
        String secret = hook(receiver.url(tenant, "200"));

        UUID first = flow.connect(caller, workspace, CREDENTIAL);
        awaitReceived(1);
        UUID second = flow.connect(caller, workspace, CREDENTIAL);
        awaitReceived(3);
        flow.revoke(caller, second);
        List<Received> received = awaitReceived(5);

        assertThat(told())
                .containsExactlyInAnyOrder(
                        "connection.activated " + first,
                        "connection.superseded " + first,
                        "connection.activated " + second,
                        "connection.revoked " + second,
                        "connection.revoked " + first);
        assertThat(received).allMatch(request -> request.isSignedBy(secret));
        assertThat(received).noneMatch(request -> request.toString().contains(CREDENTIAL));
        assertThat(received).allMatch(request -> request.header("Content-Type").equals("application/json"));
        assertThat(received.stream().map(Received::id).distinct()).hasSize(5);
        awaitEvents("delivered", 5);
        assertThat(audited("webhook.delivered", "success")).isEqualTo(5);
        Received superseded = received.stream()
                .filter(request -> request.body().contains("connection.superseded"))
                .findFirst()
                .orElseThrow();
        assertThat(data(superseded).path("status").asText()).isEqualTo("superseded");
        assertThat(data(superseded).path("replaced_by").asText()).isEqualTo(second.toString());
        assertThat(data(superseded).path("workspace_id").asText()).isEqualTo(workspace);
        assertThat(data(superseded).at("/provider/slug").asText()).isEqualTo("api-key");
    }

    @Test
    void a_credential_that_the_provider_refuses_is_told_at_the_capture_and_later() {
        hook(receiver.url(tenant, "200"));
        String slug = "asked";
        Flow.await(
                putProvider.run(caller, slug, NONE, """
                {"name": "Asked", "auth_type": "api_key", "strategy": {"type": "header"},
                 "credential_schema": {"type": "object", "required": ["api_key"],
                                       "properties": {"api_key": {"type": "string"}}},
                 "base_url": "https://receiver.test:%d", "verification": {"path": "/401"}}
                """.formatted(other.port()).getBytes(UTF_8)));
        RequestedConnection begun = Flow.await(flow.beginning(caller, workspace, slug));

        assertThat(refusal(flow.capturing(caller, begun, CREDENTIAL))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
        Received atCapture = awaitReceived(1).get(0);
        verificationBecomes("/200");
        flow.capture(caller, begun, CREDENTIAL);
        awaitReceived(2);
        Flow.await(verify.run(caller, begun.connectionId().toString()));
        verificationBecomes("/503");
        Flow.await(verify.run(caller, begun.connectionId().toString()));
        verificationBecomes("/401");
        Flow.await(verify.run(caller, begun.connectionId().toString()));
        Received later = awaitReceived(3).get(2);

        assertThat(atCapture.body()).contains("connection.verification_failed");
        assertThat(data(atCapture).path("status").asText()).isEqualTo("pending");
        assertThat(later.body()).contains("connection.verification_failed");
        assertThat(data(later).path("status").asText()).isEqualTo("active");
        assertThat(flow.count("select count(*) from webhook_event where tenant = $1", tenant))
                .as("a provider that cannot tell, or says yes, is no failure")
                .isEqualTo(3);
    }

    private void verificationBecomes(String path) {
        flow.sql(
                "update provider_version set verification = replace(replace(replace(verification, '/401', $2), '/200', $2),"
                        + " '/503', $2) where provider_id = (select id from provider where tenant = $1)",
                tenant,
                path);
    }

    @Test
    void the_connections_of_a_deleted_provider_are_told_to_be_revoked() {
        hook(receiver.url(tenant, "200"));
        Flow.await(putProvider.run(caller, "own", NONE, """
                {"name": "Own", "auth_type": "api_key", "strategy": {"type": "header"},
                 "credential_schema": {"type": "object", "required": ["api_key"],
                                       "properties": {"api_key": {"type": "string"}}}}
                """.getBytes(UTF_8)));
        UUID connection = flow.capture(caller, Flow.await(flow.beginning(caller, workspace, "own")), CREDENTIAL)
                .connectionId();
        Flow.await(deleteProvider.run(caller, "own", NONE, true));

        Flow.await(sweeper.run());

        awaitReceived(2);
        assertThat(told()).contains("connection.revoked " + connection);
    }

    @Test
    void a_tenant_without_a_webhook_has_no_event_and_another_tenants_is_not_told() {
        Caller beside = new Caller("beside-" + tenant, "k", "r");
        hook(receiver.url(tenant, "200"));

        flow.connect(beside, workspace, CREDENTIAL);
        flow.connect(caller, workspace, CREDENTIAL);

        awaitReceived(1);
        assertThat(told()).hasSize(1);
        assertThat(flow.count("select count(*) from webhook_event where tenant = $1", beside.tenant()))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "500, rejected",
        "404, rejected",
        "302, rejected",
        "redirect, rejected",
        "closed, unreachable",
        "garbage, unreachable",
        "hang, timeout",
        "slow-head, timeout"
    })
    void a_receiver_that_fails_is_tried_again_with_the_same_id_and_then_given_up(String script, String outcome) {
        String secret = hook(receiver.url(tenant, script));

        UUID connection = flow.connect(caller, workspace, CREDENTIAL);

        awaitEvents("failed", 1);
        List<Received> received = receiver.received(tenant);
        assertThat(received).hasSize(3).allMatch(request -> request.isSignedBy(secret));
        assertThat(received.stream()
                        .map(request -> request.id() + request.body())
                        .distinct())
                .hasSize(1);
        assertThat(lastOutcome()).isEqualTo(outcome);
        assertThat(audited("webhook.failed", "failure")).isEqualTo(1);
        assertThat(flow.status(connection)).isEqualTo("active");
        assertThat(other.received(tenant)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"big", "slow-body", "201"})
    void any_2xx_is_enough_whatever_the_size_and_pace_of_its_body(String script) {
        String url = receiver.url(tenant, script);
        hook(url);

        flow.connect(caller, workspace, CREDENTIAL);

        awaitEvents("delivered", 1);
        assertThat(receiver.received(tenant)).hasSize(1);
    }

    @Test
    void what_waits_goes_to_the_url_that_is_put_meanwhile() {
        hook(receiver.url(tenant, "500"));
        UUID id = waiting();
        assertThat(shown().path("last_failure").asText()).isEqualTo("rejected");

        String none = hook(receiver.url(tenant, "moved/200"));
        flow.sql("update webhook_event set next_attempt_at = now() where id = $1", id);

        assertThat(none).as("the secret stays").isEmpty();
        awaitEvents("delivered", 1);
        assertThat(receiver.received(tenant)).singleElement().satisfies(request -> {
            assertThat(request.path()).endsWith("/moved/200");
            assertThat(request.id()).isEqualTo(id.toString());
        });
        assertThat(shown().path("pending").asLong()).isZero();
    }

    @Test
    void a_receiver_that_is_gone_is_told_no_more_until_its_url_is_put_again() {
        hook(receiver.url(tenant, "410"));
        flow.connect(caller, workspace, CREDENTIAL);

        awaitEvents("failed", 1);
        assertThat(shown().path("status").asText()).isEqualTo("disabled");
        assertThat(audited("webhook.disabled", "success")).isEqualTo(1);
        flow.connect(caller, workspace, CREDENTIAL);
        assertThat(flow.count("select count(*) from webhook_event where tenant = $1", tenant))
                .isEqualTo(1);

        hook(receiver.url(tenant, "200"));

        assertThat(shown().path("status").asText()).isEqualTo("enabled");
        flow.connect(caller, workspace, CREDENTIAL);
        awaitEvents("delivered", 2);
    }

    @Test
    void a_host_at_a_private_address_is_not_reached() {
        hook("https://private.test:" + receiver.port() + "/" + tenant + "/200");
        int before = receiver.connections();

        flow.connect(caller, workspace, CREDENTIAL);

        awaitEvents("failed", 1);
        assertThat(lastOutcome()).isEqualTo("address_refused");
        assertThat(receiver.received(tenant)).isEmpty();
        assertThat(receiver.connections()).isEqualTo(before);
    }

    @Test
    void a_slow_receiver_holds_up_nobody_else() {
        Caller slow = new Caller("slow-" + tenant, "k", "r");
        Flow.await(put.run(slow, NONE, body(receiver.url(slow.tenant(), "hang"))));
        for (int i = 0; i < 20; i++) {
            flow.connect(slow, "workspace-" + i, CREDENTIAL);
        }
        Awaitility.await().until(() -> !receiver.received(slow.tenant()).isEmpty());
        hook(receiver.url(tenant, "200"));

        flow.connect(caller, workspace, CREDENTIAL);
        awaitReceived(1);

        assertThat(flow.count("select count(*) from webhook_event where tenant = $1 and attempts = 0", slow.tenant()))
                .as("what is older and waits for the slow one")
                .isGreaterThan(10);
        Flow.await(delete.run(slow, NONE));
        // The rounds that give them up would claim the next test's events too.
        Awaitility.await()
                .atMost(PROMPT)
                .until(() -> flow.count(
                                "select count(*) from webhook_event where tenant = $1 and status = 'pending'",
                                slow.tenant())
                        == 0);
    }

    @Test
    void the_secret_that_the_receiver_knows_signs_until_its_time_however_often_is_rotated() {
        String first = hook(receiver.url(tenant, "200"));

        String second = secret(Flow.await(rotate.run(caller, Rotations.plain())));
        flow.connect(caller, workspace, CREDENTIAL);
        Received during = awaitReceived(1).get(0);
        assertThat(during.isSignedBy(first)).isTrue();
        assertThat(during.isSignedBy(second)).isTrue();
        assertThat(during.header("webhook-signature").split(" ", -1)).hasSize(2);
        assertThat(shown().path("secrets")).hasSize(2);
        assertThat(shown().path("secrets").get(0).has("valid_until")).isFalse();
        assertThat(shown().path("secrets").get(1).path("valid_until").asText()).isNotEmpty();

        String third = secret(Flow.await(rotate.run(caller, Rotations.plain())));
        flow.connect(caller, "another", CREDENTIAL);
        Received after = awaitReceived(2).get(1);
        assertThat(List.of(after.isSignedBy(first), after.isSignedBy(second), after.isSignedBy(third)))
                .containsExactly(true, true, true);

        String fourth = secret(Flow.await(rotate.run(caller, Rotations.plain())));
        flow.connect(caller, "a fourth", CREDENTIAL);
        Received most = awaitReceived(3).get(2);
        assertThat(List.of(
                        most.isSignedBy(first),
                        most.isSignedBy(second),
                        most.isSignedBy(third),
                        most.isSignedBy(fourth)))
                .containsExactly(true, false, true, true);

        flow.sql("update webhook_secret set valid_until = now() where tenant = $1 and valid_until is not null", tenant);
        flow.connect(caller, "a third", CREDENTIAL);
        Received over = awaitReceived(4).get(3);
        assertThat(List.of(over.isSignedBy(first), over.isSignedBy(third), over.isSignedBy(fourth)))
                .containsExactly(false, false, true);
        assertThat(audited("webhook.secret_rotated", "success")).isEqualTo(3);
    }

    @Test
    void a_leaked_secret_ends_at_once() {
        String leaked = hook(receiver.url(tenant, "200"));

        String next = secret(Flow.await(rotate.run(caller, Rotations.revoking())));
        flow.connect(caller, workspace, CREDENTIAL);

        Received received = awaitReceived(1).get(0);
        assertThat(received.isSignedBy(leaked)).isFalse();
        assertThat(received.isSignedBy(next)).isTrue();
        assertThat(shown().path("secrets")).hasSize(1);
    }

    @Test
    void a_secret_that_was_moved_to_another_endpoint_signs_nothing() {
        Caller thief = new Caller("thief-" + tenant, "k", "r");
        hook(receiver.url(tenant, "200"));
        Flow.await(put.run(thief, NONE, body(receiver.url(thief.tenant(), "200"))));

        flow.sql(
                "update webhook_secret t set sealed = v.sealed from webhook_secret v where t.tenant = $1 and v.tenant = $2",
                thief.tenant(),
                tenant);
        flow.connect(thief, workspace, CREDENTIAL);

        Awaitility.await()
                .atMost(PROMPT)
                .until(() -> flow.count(
                                "select count(*) from webhook_event where tenant = $1 and status = 'failed'"
                                        + " and last_outcome = 'unsigned'",
                                thief.tenant())
                        == 1);
        assertThat(receiver.received(thief.tenant())).isEmpty();
    }

    private DeliverWebhooks deliverer(SigningSecrets with) {
        return new DeliverWebhooks(repository, endpoints, with, send, metrics, config, databaseErrors);
    }

    @Test
    void deliverers_that_share_the_outbox_send_each_event_once() {
        hook(receiver.url(tenant, "200"));
        List<DeliverWebhooks> replicas = List.of(deliverer(secrets), deliverer(secrets), deliverer(secrets));
        flow.sql("""
                insert into webhook_event (id, endpoint_id, tenant, type, connection_id, workspace_id, provider_id, label,
                                           connection_status)
                select gen_random_uuid(), e.id, e.tenant, 'connection.revoked', gen_random_uuid(), 'w', p.id, '', 'revoked'
                from webhook_endpoint e, provider p, generate_series(1, 80)
                where e.tenant = $1 and p.slug = 'api-key' and p.tenant is null
                """, tenant);

        List<Uni<Void>> rounds = replicas.stream().map(DeliverWebhooks::round).toList();
        Flow.await(Uni.join().all(rounds).andFailFast());

        awaitEvents("delivered", 80);
        List<String> ids = receiver.received(tenant).stream().map(Received::id).toList();
        assertThat(ids).hasSize(80).doesNotHaveDuplicates();
        assertThat(audited("webhook.delivered", "success")).isEqualTo(80);
    }

    /** A cipher that is away. */
    private static final class UnsafeAwayCipher implements CredentialCipher {

        @Override
        public boolean knows(String cipher) {
            return true;
        }

        @Override
        public Uni<List<SealResult>> seal(List<ToSeal> items) {
            return Uni.createFrom()
                    .item(Collections.<SealResult>nCopies(
                            items.size(), new SealResult.Failed(CipherFailure.UNAVAILABLE)));
        }

        @Override
        public Uni<List<OpenResult>> open(List<ToOpen> items) {
            return Uni.createFrom()
                    .item(Collections.<OpenResult>nCopies(
                            items.size(), new OpenResult.Failed(CipherFailure.UNAVAILABLE)));
        }

        @Override
        public Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion) {
            return Uni.createFrom().item(true);
        }
    }

    @Test
    void while_the_cipher_is_away_events_wait_and_it_counts_as_no_attempt() {
        hook(receiver.url(tenant, "200"));
        UUID id = waiting();
        DeliveryBatch batch = new DeliveryBatch(
                tenant,
                endpoint(),
                Optional.of(new DeliveryBatch.Target(receiver.url(tenant, "200"), 1)),
                List.of(Deliveries.claimed(id)));

        Flow.await(deliverer(new SigningSecrets(new UnsafeAwayCipher(), unreadable))
                .deliver(batch));

        assertThat(flow.count(
                        "select count(*) from webhook_event where tenant = $1 and attempts = 0 and status = 'pending'"
                                + " and next_attempt_at < now() + interval '10 seconds'",
                        tenant))
                .isEqualTo(1);
        assertThat(receiver.received(tenant)).isEmpty();
        awaitEvents("delivered", 1);
    }

    private UUID endpoint() {
        return StoredEndpoint.id(endpoints, tenant);
    }

    /** An event that was refused once and is not due for an hour. */
    private UUID waiting() {
        UUID id = UUID.randomUUID();
        flow.sql("""
                insert into webhook_event (id, endpoint_id, tenant, type, connection_id, workspace_id, provider_id, label,
                                           connection_status, attempts, last_outcome, next_attempt_at)
                values ($1, $2, $3, 'connection.revoked', gen_random_uuid(), 'w', gen_random_uuid(), '',
                        'revoked', 1, 'rejected', now() + interval '1 hour')
                """, id, endpoint(), tenant);
        return id;
    }

    @Test
    void a_deleted_webhook_is_told_nothing_and_its_secrets_are_gone() {
        hook(receiver.url(tenant, "500"));
        flow.connect(caller, workspace, CREDENTIAL);
        awaitReceived(1);

        Flow.await(delete.run(caller, NONE));

        assertThat(refusal(show.run(tenant))).isEqualTo(ErrorCode.WEBHOOK_NOT_FOUND);
        assertThat(flow.count("select count(*) from webhook_secret where tenant = $1", tenant))
                .isZero();
        awaitEvents("failed", 1);
        int sent = receiver.received(tenant).size();
        flow.connect(caller, workspace, CREDENTIAL);
        assertThat(flow.count("select count(*) from webhook_event where tenant = $1", tenant))
                .isEqualTo(1);
        assertThat(receiver.received(tenant)).hasSize(sent);
        assertThat(audited("webhook.deleted", "success")).isEqualTo(1);
    }

    @Test
    void what_waits_and_how_attempts_end_is_measured() {
        double before = deliveries("delivered");
        hook(receiver.url(tenant, "200"));
        flow.connect(caller, workspace, CREDENTIAL);
        awaitEvents("delivered", 1);
        assertThat(deliveries("delivered")).isGreaterThan(before);

        flow.sql("""
                insert into webhook_event (id, endpoint_id, tenant, type, occurred_at, connection_id, workspace_id,
                                           provider_id, label, connection_status, next_attempt_at)
                values (gen_random_uuid(), gen_random_uuid(), $1, 'connection.revoked', now() - interval '2 hours',
                        gen_random_uuid(), 'w', gen_random_uuid(), '', 'revoked', now() + interval '1 hour')
                """, tenant);
        Flow.await(metrics.measure());

        assertThat(meters.get("nexus.webhooks.pending").gauge().value()).isGreaterThanOrEqualTo(1);
        assertThat(meters.get("nexus.webhooks.oldest.pending").gauge().value()).isGreaterThanOrEqualTo(7_200);
        assertThat(meters.get("nexus.webhooks.overdue").gauge().value()).isLessThan(60);
        flow.sql("delete from webhook_event where tenant = $1", tenant);
    }

    private double deliveries(String outcome) {
        return meters.get("nexus.webhooks.deliveries")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void every_outcome_is_a_metric_from_the_start() {
        Set<String> outcomes = meters.get("nexus.webhooks.deliveries").counters().stream()
                .map(counter -> String.valueOf(counter.getId().getTag("outcome")))
                .collect(Collectors.toSet());

        assertThat(outcomes)
                .containsExactlyInAnyOrder(
                        "delivered",
                        "gone",
                        "rejected",
                        "timeout",
                        "unreachable",
                        "address_refused",
                        "unsigned",
                        "no_endpoint");
    }
}
