package dev.nexus.broker.verification;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.verification.VerificationProvider.SECRET;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.capture.CaptureCredential;
import dev.nexus.broker.capture.CapturedConnection;
import dev.nexus.broker.connection.CheckConnection;
import dev.nexus.broker.outbound.GuardedAnswer;
import dev.nexus.broker.outbound.GuardedRequest;
import dev.nexus.broker.outbound.GuardedRequests;
import dev.nexus.broker.outbound.HostAddresses;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.KnownHosts;
import dev.nexus.broker.testing.NameServer;
import dev.nexus.broker.testing.ScriptedProvider;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.strategy.OutgoingRequest;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts, addresses and name servers that a verification may or must not reach. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(VerificationProvider.Profile.class)
@Promise(27)
class VerificationHostsTest extends VerificationTestSupport {

    private static final org.jboss.logging.Logger LOG = org.jboss.logging.Logger.getLogger(VerificationHostsTest.class);

    @Inject
    CaptureCredential capture;

    @SuppressWarnings("NullAway.Init")
    @TestHTTPResource(value = "/health/ready", management = true)
    URL readiness;

    @SuppressWarnings("NullAway.Init")
    @TestHTTPResource(value = "/metrics", management = true)
    URL metrics;

    @Inject
    CheckConnection check;

    @Inject
    Pool pool;

    @Inject
    Vertx vertx;

    @Inject
    GuardedRequests requests;

    @Test
    void a_server_with_a_certificate_for_another_name_receives_no_request() {
        provider.names().moveTo("impostor.test", "127.0.0.1");
        int before = VerificationProvider.server().requests().size();
        provider.register("impostor.test", "{\"path\": \"/200\"}");

        assertThat(provider.verification(provider.connect())).isEqualTo("unverified unreachable");
        assertThat(VerificationProvider.server().requests()).hasSize(before);
    }

    @Test
    void an_unlisted_host_is_neither_resolved_nor_connected_to() {
        provider.names().moveTo("unlisted.test", "127.0.0.1");
        int before = VerificationProvider.server().connections();
        provider.register("unlisted.test", "{\"path\": \"/200\"}");

        assertThat(provider.verification(provider.connect())).isEqualTo("unverified disabled");
        assertThat(VerificationProvider.server().connections()).isEqualTo(before);
        assertThat(provider.names().lookedUp()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "'127.0.0.1 127.0.0.2'", "'8.8.8.8 10.0.0.1'"})
    void a_host_with_a_non_public_address_is_not_connected_to(String addresses) {
        provider.names().moveTo("provider.test", addresses.split(" "));
        int before = VerificationProvider.server().connections();
        provider.register("provider.test", "{\"path\": \"/200\"}");

        assertThat(provider.verification(provider.connect())).isEqualTo("unverified address_refused");
        assertThat(VerificationProvider.server().connections()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.3 127.0.0.1", "127.0.0.1 fd00:dead::1", "fd00:dead::1 127.0.0.3 127.0.0.1"})
    void each_address_of_a_host_is_tried_until_one_answers(String addresses) {
        provider.names().moveTo("provider.test", addresses.split(" "));
        provider.register("provider.test", "{\"path\": \"/200\"}");

        assertThat(provider.verification(provider.connect())).isEqualTo("verified ");
        assertThat(provider.names().lookedUp()).hasSize(1);
    }

    @Test
    void an_address_that_does_not_answer_uses_up_only_its_share_of_the_time_and_gets_no_secret() throws Exception {
        provider.names().moveTo("provider.test", "127.0.0.3", "127.0.0.1");
        provider.register("provider.test", "{\"path\": \"/200\"}");

        try (ServerSocket silent =
                new ServerSocket(VerificationProvider.server().port(), 1, InetAddress.getByName("127.0.0.3"))) {
            String verified = provider.verification(provider.connect());

            assertThat(verified).isEqualTo("verified ");
            try (Socket accepted = silent.accept()) {
                assertThat(new String(accepted.getInputStream().readAllBytes(), ISO_8859_1))
                        .isNotEmpty()
                        .doesNotContain(SECRET);
            }
        }
    }

    @Test
    void an_address_that_answers_after_its_share_of_the_time_is_disconnected() throws Exception {
        provider.names().moveTo("provider.test", "127.0.0.3", "127.0.0.1");

        try (SSLServerSocket late = ScriptedProvider.listen(
                VerificationProvider.CERTIFICATE,
                "127.0.0.3",
                VerificationProvider.server().port())) {
            GuardedAnswer answer = await(limitedTo(4).send(request("/200")));

            assertThat(answer.status()).isEqualTo(200);
            try (SSLSocket accepted = (SSLSocket) late.accept()) {
                // Less than the idle time of the connection.
                accepted.setSoTimeout(3_000);
                accepted.startHandshake();
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void more_than_five_verifications_call_one_address_at_the_same_time() {
        provider.register("provider.test", "{\"path\": \"/hang\"}");
        int before = VerificationProvider.server().requests().size();
        List<RequestedConnection> requested = IntStream.range(0, 8)
                .mapToObj(i -> await(flow.beginning(ACME, provider.slug() + "-" + i, provider.slug())))
                .toList();

        await(Uni.join()
                .all(requested.stream()
                        .map(one -> capture.run(ACME, body(one, "")))
                        .toList())
                .andFailFast());

        // Each call waits for its answer until the time limit, so no call can follow another.
        assertThat(VerificationProvider.server().requests()).hasSize(before + 8);
    }

    @Test
    void a_request_above_the_maximum_of_connections_to_an_address_fails_at_once() {
        GuardedRequest limited = limitedTo(2);
        int before = VerificationProvider.server().requests().size();
        List<CompletableFuture<GuardedAnswer>> hanging = Stream.of("/hang", "/hang")
                .map(path -> limited.send(request(path)).subscribe().asCompletionStage())
                .toList();
        Awaitility.await().until(() -> VerificationProvider.server().requests().size() == before + 2);

        assertThatThrownBy(() -> await(limited.send(request("/200"))))
                .isInstanceOf(ConnectionPoolTooBusyException.class);
        hanging.forEach(one -> one.cancel(true));
    }

    private GuardedRequest limitedTo(int maxConnections) {
        return requests.with(new GuardedRequest.Settings(
                "nexus.some",
                maxConnections,
                Duration.ofSeconds(3),
                List.of("127.0.0.1", "127.0.0.3"),
                Optional.of("provider")));
    }

    private static OutgoingRequest request(String path) {
        return OutgoingRequest.of(
                "GET",
                URI.create(
                        "https://provider.test:" + VerificationProvider.server().port() + path));
    }

    @Test
    void a_host_without_an_address_that_answers_is_unreachable() {
        provider.names().moveTo("provider.test", "fd00:dead::1", "127.0.0.3");
        provider.register("provider.test", "{\"path\": \"/200\"}");

        assertThat(provider.verification(provider.connect())).isEqualTo("unverified unreachable");
    }

    @Test
    void the_broker_connects_to_the_checked_address_despite_dns_rebinding() {
        // The first lookup returns the allowed 127.0.0.1. A second lookup would return 127.0.0.2.
        KnownHosts rebinding = new KnownHosts(vertx, Map.of("provider.test", List.of("127.0.0.1"))) {
            @Override
            public Uni<List<InetAddress>> of(String host) {
                Uni<List<InetAddress>> first = super.of(host);
                moveTo(host, "127.0.0.2");
                return first;
            }
        };
        QuarkusMock.installMockForType(rebinding, HostAddresses.class);
        provider.register("provider.test", "{\"path\": \"/200\"}");

        assertThat(provider.verification(provider.connect())).isEqualTo("verified ");
        assertThat(rebinding.lookedUp()).hasSize(1);
    }

    @Test
    void a_silent_name_server_delays_neither_health_checks_nor_another_tenant() throws Exception {
        NameServer server = NameServer.start();
        server.answer("provider.test", "127.0.0.1");
        HostAddresses resolver = new HostAddresses(vertx, server.provider());
        QuarkusMock.installMockForType(resolver, HostAddresses.class);
        provider.register(ACME, "{host}", "{\"path\": \"/200\"}");
        provider.register(Flow.GLOBEX, "provider.test", "{\"path\": \"/200\"}");
        List<RequestedConnection> requested = IntStream.range(0, 64)
                .mapToObj(i -> await(flow.beginning(ACME, provider.slug() + "-" + i, provider.slug())))
                .toList();
        RequestedConnection others = await(flow.beginning(Flow.GLOBEX, provider.slug(), provider.slug()));
        openPool();

        List<CompletableFuture<CapturedConnection>> slow = requested.stream()
                .map(one -> capture.run(ACME, body(one, ", \"host\": \"silent.example.org\""))
                        .subscribe()
                        .asCompletionStage())
                .toList();
        long start = System.nanoTime();
        int ready = status(readiness);
        int scraped = status(metrics);
        CapturedConnection captured = await(capture.run(Flow.GLOBEX, body(others, "")));
        long stall = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);

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

    /** Opens all connections first: on a busy machine, 64 captures together would exceed the pool's time-out. */
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

    private static byte[] body(RequestedConnection requested, String more) {
        return ("{\"state\": \"" + requested.state() + "\", \"credentials\": {\"api_key\": \"" + SECRET + "\"" + more
                        + "}}")
                .getBytes(UTF_8);
    }

    private static int status(URL url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setReadTimeout(10_000);
        return connection.getResponseCode();
    }
}
