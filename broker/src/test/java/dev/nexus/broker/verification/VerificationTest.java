package dev.nexus.broker.verification;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.capture.CaptureCredential;
import dev.nexus.broker.capture.CapturedConnection;
import dev.nexus.broker.connection.CheckConnection;
import dev.nexus.broker.connection.VerifyConnection;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.outbound.HostAddresses;
import dev.nexus.broker.provider.PutProvider;
import dev.nexus.broker.testing.EmbeddedPostgresResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.NameServer;
import dev.nexus.broker.testing.ScriptedProvider;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captures whose credential a real HTTPS server is asked about, good, bad and failing in every way. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@TestProfile(VerificationTest.Asking.class)
class VerificationTest {

    private static final org.jboss.logging.Logger LOG = org.jboss.logging.Logger.getLogger(VerificationTest.class);
    private static final String SECRET = "canary-3f9c2d";
    private static final Duration TIMEOUT = Duration.ofMillis(1_500);
    private static final Path CERTIFICATE =
            ScriptedProvider.certificate(Path.of("target/verification-test"), "provider.test", "other.test");

    /** The superclass wants one; these names are looked up in a map. */
    private static final Vertx VERTX = Vertx.vertx();

    private static ScriptedProvider provider;
    private static ScriptedProvider other;

    /** The settings of this test; 127.0.0.1 alone may be reached. */
    public static final class Asking implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "nexus.verification.enabled",
                    "true",
                    "nexus.verification.hosts",
                    "provider.test,impostor.test,other.test",
                    "nexus.verification.timeout",
                    TIMEOUT.toString(),
                    "nexus.verification.allowed-addresses",
                    "127.0.0.1",
                    "nexus.verification.tls-configuration-name",
                    "provider",
                    "quarkus.tls.provider.trust-store.p12.path",
                    CERTIFICATE.toAbsolutePath().toString(),
                    "quarkus.tls.provider.trust-store.p12.password",
                    "changeit");
        }
    }

    /** The names of this test, and how often each was asked for. */
    private static class Names extends HostAddresses {

        private final Map<String, List<String>> addresses = new ConcurrentHashMap<>();
        private final List<String> asked = new CopyOnWriteArrayList<>();

        Names() {
            super(VERTX);
        }

        @Override
        public Uni<List<InetAddress>> of(String host) {
            asked.add(host);
            if (!addresses.containsKey(host)) {
                return Uni.createFrom().failure(new UnknownHostException());
            }
            return Uni.createFrom()
                    .item(addresses.get(host).stream().map(Names::address).toList());
        }

        void moveTo(String host, String address) {
            addresses.put(host, List.of(address));
        }

        private static InetAddress address(String text) {
            try {
                return InetAddress.getByName(text);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }

    /** Every line that is logged, as a formatter writes it. */
    private static final class Lines extends Handler {

        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(new PatternFormatter("%s%e").format(org.jboss.logmanager.ExtLogRecord.wrap(line)));
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            lines.clear();
        }
    }

    @Inject
    PutProvider put;

    @Inject
    CaptureCredential capture;

    @SuppressWarnings("NullAway.Init")
    @TestHTTPResource(value = "/health/ready", management = true)
    URL readiness;

    @SuppressWarnings("NullAway.Init")
    @TestHTTPResource(value = "/metrics", management = true)
    URL metrics;

    @Inject
    VerifyConnection verify;

    @Inject
    CheckConnection check;

    @Inject
    Flow flow;

    @Inject
    Pool pool;

    @Inject
    ObjectMapper json;

    private final Names names = new Names();
    private final Lines lines = new Lines();
    private final String slug = "asked-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void listen() {
        provider = ScriptedProvider.start(CERTIFICATE, "127.0.0.1");
        other = ScriptedProvider.start(CERTIFICATE, "127.0.0.1");
        provider.redirectTo("https://other.test:" + other.port() + "/200");
    }

    @AfterAll
    static void end() {
        provider.close();
        other.close();
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void begin() {
        QuarkusMock.installMockForType(names, HostAddresses.class);
        names.addresses.put("provider.test", List.of("127.0.0.1"));
        names.addresses.put("other.test", List.of("127.0.0.1"));
        Logger.getLogger("").addHandler(lines);
    }

    @AfterEach
    void nothing_of_the_secret_is_logged() {
        Logger.getLogger("").removeHandler(lines);

        assertThat(lines.lines).noneMatch(line -> line.contains(SECRET));
        assertThat(other.connections()).isZero();
    }

    private void register(String host, String verification) {
        register(ACME, host, verification);
    }

    private void register(Caller caller, String host, String verification) {
        String body = """
            {"name": "Asked", "auth_type": "api_key", "strategy": {"type": "header"},
             "credential_schema": {"type": "object", "required": ["api_key"%s],
                                   "properties": {"api_key": {"type": "string"}, "host": {"type": "string"}}},
             "base_url": "https://%s:%d/api", "verification": %s}
            """.formatted(host.equals("{host}") ? ", \"host\"" : "", host, provider.port(), verification);
        await(put.run(caller, slug, new Precondition(null, null), body.getBytes(UTF_8)));
    }

    private UUID connect() {
        return flow.capture(ACME, await(flow.beginning(ACME, slug, slug)), SECRET)
                .connectionId();
    }

    private JsonNode shown(UUID connection) {
        return json.valueToTree(await(check.run(ACME, connection.toString())));
    }

    private String verification(UUID connection) {
        JsonNode verification = shown(connection).path("verification");
        assertThat(verification.path("checked_at").textValue()).endsWith("Z");
        return verification.path("status").textValue() + " "
                + verification.path("reason").asText("");
    }

    private long stored() {
        return flow.count(
                "select count(*) from credential k join connection c on c.id = k.connection_id where c.workspace_id ="
                        + " $1",
                slug);
    }

    @Test
    void a_good_credential_is_verified_by_the_request_that_the_provider_asks_for() {
        register("provider.test", "{\"path\": \"/200?x=1\", \"headers\": {\"X-Version\": \"7\"}}");

        assertThat(verification(connect())).isEqualTo("verified ");
        assertThat(last())
                .startsWith("GET /api/200?x=1 HTTP/1.1\r\n")
                .contains("Authorization: " + SECRET)
                .contains("X-Version: 7", "host: provider.test:" + provider.port());
        assertThat(names.asked).containsExactly("provider.test");
    }

    private static String last() {
        return provider.requests().get(provider.requests().size() - 1);
    }

    @Test
    void a_rejected_credential_is_not_stored_and_the_state_works_again() {
        register("provider.test", "{\"path\": \"/401\"}");
        RequestedConnection begun = await(flow.beginning(ACME, slug, slug));

        assertThat(refusal(flow.capturing(ACME, begun, SECRET))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);

        assertThat(flow.status(begun.connectionId())).isEqualTo("pending");
        assertThat(stored()).isZero();
        assertThat(shown(begun.connectionId()).has("verification")).isFalse();
        assertThat(flow.count(
                        "select count(*) from audit_event where connection_id = $1 and action = 'connection.verified'"
                                + " and outcome = 'failure'",
                        begun.connectionId()))
                .isEqualTo(1);
        flow.sql("update provider_version set verification = replace(verification, '/401', '/200')"
                + " where provider_id = (select id from provider where slug = '" + slug + "')");
        flow.capture(ACME, begun, SECRET);
        assertThat(verification(begun.connectionId())).isEqualTo("verified ");
    }

    @ParameterizedTest
    @CsvSource({
        "403, unexpected_answer",
        "404, unexpected_answer",
        "204, unexpected_answer",
        "redirect, unexpected_answer",
        "429, rate_limited",
        "500, provider_error",
        "503, provider_error",
        "hang, timeout",
        "slow-head, timeout",
        "closed, unreachable",
        "garbage, unreachable",
        "endless-head, unreachable",
    })
    void where_the_provider_cannot_tell_the_policy_decides(String script, String reason) {
        register("provider.test", "{\"path\": \"/%s\", \"when_unknown\": \"refuse\"}".formatted(script));
        RequestedConnection begun = await(flow.beginning(ACME, slug, slug));

        assertThat(refusal(flow.capturing(ACME, begun, SECRET))).isEqualTo(ErrorCode.VERIFICATION_UNAVAILABLE);
        assertThat(flow.status(begun.connectionId())).isEqualTo("pending");
        assertThat(stored()).isZero();

        register("provider.test", "{\"path\": \"/%s\"}".formatted(script));
        assertThat(verification(connect())).isEqualTo("unverified " + reason);
        assertThat(stored()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"big", "slow-body"})
    void an_answers_body_is_not_waited_for(String script) {
        register("provider.test", "{\"path\": \"/" + script + "\"}");

        assertThat(verification(connect())).isEqualTo("verified ");
    }

    @Test
    void a_status_means_what_the_definition_says() {
        register("provider.test", "{\"path\": \"/403\", \"accepted\": [204], \"rejected\": [403]}");
        RequestedConnection begun = await(flow.beginning(ACME, slug, slug));

        assertThat(refusal(flow.capturing(ACME, begun, SECRET))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
    }

    @Test
    void a_firewalls_page_says_nothing_of_the_credential() {
        register("provider.test", "{\"path\": \"/403-html\", \"rejected\": [401, 403]}");

        assertThat(verification(connect())).isEqualTo("unverified blocked");
    }

    @Test
    void a_401_rejects_whatever_its_body_is() {
        register("provider.test", "{\"path\": \"/401-html\"}");
        RequestedConnection begun = await(flow.beginning(ACME, slug, slug));

        assertThat(refusal(flow.capturing(ACME, begun, SECRET))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
    }

    @Test
    void the_definitions_user_agent_is_sent_in_place_of_ours() {
        register("provider.test", "{\"path\": \"/200\", \"headers\": {\"user-agent\": \"acme-app/1.0\"}}");

        assertThat(verification(connect())).isEqualTo("verified ");
        assertThat(last()).contains("user-agent: acme-app/1.0\r\n").doesNotContain("Nexus");
    }

    @Test
    void a_silent_name_server_delays_neither_the_probes_of_kubernetes_nor_another_tenant() throws Exception {
        NameServer server = NameServer.start();
        server.answer("provider.test", "127.0.0.1");
        HostAddresses resolver = new HostAddresses(VERTX, server.provider());
        QuarkusMock.installMockForType(resolver, HostAddresses.class);
        register(ACME, "{host}", "{\"path\": \"/200\"}");
        register(Flow.GLOBEX, "provider.test", "{\"path\": \"/200\"}");
        List<RequestedConnection> begun = IntStream.range(0, 64)
                .mapToObj(i -> await(flow.beginning(ACME, slug + "-" + i, slug)))
                .toList();
        RequestedConnection others = await(flow.beginning(Flow.GLOBEX, slug, slug));
        openPool();

        List<CompletableFuture<CapturedConnection>> slow = begun.stream()
                .map(one -> capture.run(ACME, body(one, ", \"host\": \"silent.example.org\""))
                        .subscribe()
                        .asCompletionStage())
                .toList();
        long began = System.nanoTime();
        int ready = status(readiness);
        int scraped = status(metrics);
        CapturedConnection captured = await(capture.run(Flow.GLOBEX, body(others, "")));
        long stall = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);

        assertThat(List.of(ready, scraped)).containsOnly(200);
        assertThat(json.valueToTree(await(
                                check.run(Flow.GLOBEX, captured.connectionId().toString())))
                        .at("/verification/status")
                        .asText())
                .isEqualTo("verified");
        for (CompletableFuture<CapturedConnection> one : slow) {
            assertThat(one.get(30, TimeUnit.SECONDS).status()).isEqualTo("success");
        }
        LOG.infof("event=slow_dns captures=64 stall_ms=%d", stall);
        resolver.close();
        server.close();
    }

    /** A busy machine cannot open all connections within the pool's deadline at the moment when 64 captures write. */
    private void openPool() {
        await(Uni.join()
                .all(IntStream.range(0, 20)
                        .mapToObj(i -> pool.query("select pg_sleep(0.2)").execute())
                        .toList())
                .andCollectFailures()
                .onFailure()
                .retry()
                .atMost(20));
    }

    private static byte[] body(RequestedConnection begun, String more) {
        return ("{\"state\": \"" + begun.state() + "\", \"credentials\": {\"api_key\": \"" + SECRET + "\"" + more
                        + "}}")
                .getBytes(UTF_8);
    }

    private static int status(URL url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setReadTimeout(10_000);
        return connection.getResponseCode();
    }

    @Test
    void a_post_carries_its_body() {
        register(
                "provider.test",
                "{\"method\": \"POST\", \"path\": \"/200\", \"body\": \"{\\\"query\\\":\\\"me\\\"}\","
                        + " \"content_type\": \"application/json\"}");

        assertThat(verification(connect())).isEqualTo("verified ");
        assertThat(last())
                .startsWith("POST ")
                .contains("Content-Type: application/json")
                .endsWith("{\"query\":\"me\"}");
    }

    @Test
    void a_server_whose_certificate_is_of_another_name_gets_no_request() {
        names.addresses.put("impostor.test", List.of("127.0.0.1"));
        int before = provider.requests().size();
        register("impostor.test", "{\"path\": \"/200\"}");

        assertThat(verification(connect())).isEqualTo("unverified unreachable");
        assertThat(provider.requests()).hasSize(before);
    }

    @Test
    void a_host_that_the_setting_does_not_list_is_neither_resolved_nor_connected_to() {
        names.addresses.put("unlisted.test", List.of("127.0.0.1"));
        int before = provider.connections();
        register("unlisted.test", "{\"path\": \"/200\"}");

        assertThat(verification(connect())).isEqualTo("unverified disabled");
        assertThat(provider.connections()).isEqualTo(before);
        assertThat(names.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "'127.0.0.1 127.0.0.2'", "'8.8.8.8 10.0.0.1'"})
    void a_name_with_an_address_that_is_not_public_is_not_connected_to(String addresses) {
        names.addresses.put("provider.test", List.of(addresses.split(" ")));
        int before = provider.connections();
        register("provider.test", "{\"path\": \"/200\"}");

        assertThat(verification(connect())).isEqualTo("unverified address_refused");
        assertThat(provider.connections()).isEqualTo(before);
    }

    @Test
    void a_name_that_changes_its_address_once_it_was_checked_is_reached_where_it_was_checked() {
        // 127.0.0.1 is allowed; were the name looked up again for the connection, it would lead elsewhere.
        Names rebinding = new Names() {
            @Override
            public Uni<List<InetAddress>> of(String host) {
                Uni<List<InetAddress>> first = super.of(host);
                moveTo(host, "127.0.0.2");
                return first;
            }
        };
        rebinding.addresses.put("provider.test", List.of("127.0.0.1"));
        QuarkusMock.installMockForType(rebinding, HostAddresses.class);
        register("provider.test", "{\"path\": \"/200\"}");

        assertThat(verification(connect())).isEqualTo("verified ");
        assertThat(rebinding.asked).hasSize(1);
    }

    @Test
    void a_stored_credential_is_asked_about_anew() {
        register("provider.test", "{\"path\": \"/200\"}");
        UUID connection = connect();
        flow.sql("update provider_version set verification = replace(verification, '/200', '/401')"
                + " where provider_id = (select id from provider where slug = '" + slug + "')");

        JsonNode view = json.valueToTree(await(verify.run(ACME, connection.toString())));

        assertThat(view.path("status").textValue()).isEqualTo("active");
        assertThat(view.path("verification").path("status").textValue()).isEqualTo("unverified");
        assertThat(view.path("verification").path("reason").textValue()).isEqualTo("rejected");
        assertThat(verification(connection)).isEqualTo("unverified rejected");
        assertThat(flow.read(ACME, connection)).contains(SECRET);
    }

    @Test
    void what_is_not_active_or_not_ones_own_is_not_asked_about() {
        register("provider.test", "{\"path\": \"/200\"}");
        UUID connection = connect();
        UUID pending = await(flow.beginning(ACME, slug + "-2", slug)).connectionId();
        int before = provider.requests().size();

        assertThat(refusal(Uni.createFrom().deferred(() -> verify.run(Flow.GLOBEX, connection.toString()))))
                .isEqualTo(ErrorCode.CONNECTION_NOT_FOUND);
        assertThat(refusal(Uni.createFrom().deferred(() -> verify.run(ACME, pending.toString()))))
                .isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThat(provider.requests()).hasSize(before);
    }

    @Test
    void a_provider_that_is_never_asked_is_not_supported() {
        UUID connection = flow.connect(ACME, slug, SECRET);

        assertThat(shown(connection).path("verification").toString()).isEqualTo("{\"status\":\"not_supported\"}");
    }

    @Test
    void a_credential_that_cannot_be_put_into_the_request_is_refused_by_its_field() {
        register("provider.test", "{\"path\": \"/200\"}");
        RequestedConnection begun = await(flow.beginning(ACME, slug, slug));

        assertThat(refusal(flow.capturing(ACME, begun, "clé"))).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }
}
