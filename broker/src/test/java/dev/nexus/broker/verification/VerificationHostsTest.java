package dev.nexus.broker.verification;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.verification.AskedProvider.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.capture.CaptureCredential;
import dev.nexus.broker.capture.CapturedConnection;
import dev.nexus.broker.connection.CheckConnection;
import dev.nexus.broker.outbound.HostAddresses;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.KnownHosts;
import dev.nexus.broker.testing.NameServer;
import dev.nexus.contracts.RequestedConnection;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hosts, addresses and name servers that a check of a credential may and may not reach. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(AskedProvider.Profile.class)
class VerificationHostsTest extends VerifyingBroker {

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

    @Test
    void a_server_whose_certificate_is_of_another_name_gets_no_request() {
        asked.names().moveTo("impostor.test", "127.0.0.1");
        int before = AskedProvider.server().requests().size();
        asked.register("impostor.test", "{\"path\": \"/200\"}");

        assertThat(asked.verification(asked.connect())).isEqualTo("unverified unreachable");
        assertThat(AskedProvider.server().requests()).hasSize(before);
    }

    @Test
    void a_host_that_the_setting_does_not_list_is_neither_resolved_nor_connected_to() {
        asked.names().moveTo("unlisted.test", "127.0.0.1");
        int before = AskedProvider.server().connections();
        asked.register("unlisted.test", "{\"path\": \"/200\"}");

        assertThat(asked.verification(asked.connect())).isEqualTo("unverified disabled");
        assertThat(AskedProvider.server().connections()).isEqualTo(before);
        assertThat(asked.names().lookedUp()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "'127.0.0.1 127.0.0.2'", "'8.8.8.8 10.0.0.1'"})
    void a_name_with_an_address_that_is_not_public_is_not_connected_to(String addresses) {
        asked.names().moveTo("provider.test", addresses.split(" "));
        int before = AskedProvider.server().connections();
        asked.register("provider.test", "{\"path\": \"/200\"}");

        assertThat(asked.verification(asked.connect())).isEqualTo("unverified address_refused");
        assertThat(AskedProvider.server().connections()).isEqualTo(before);
    }

    @Test
    void a_name_that_changes_its_address_once_it_was_checked_is_reached_where_it_was_checked() {
        // 127.0.0.1 is allowed; were the name looked up again for the connection, it would lead elsewhere.
        KnownHosts rebinding = new KnownHosts(vertx, Map.of("provider.test", List.of("127.0.0.1"))) {
            @Override
            public Uni<List<InetAddress>> of(String host) {
                Uni<List<InetAddress>> first = super.of(host);
                moveTo(host, "127.0.0.2");
                return first;
            }
        };
        QuarkusMock.installMockForType(rebinding, HostAddresses.class);
        asked.register("provider.test", "{\"path\": \"/200\"}");

        assertThat(asked.verification(asked.connect())).isEqualTo("verified ");
        assertThat(rebinding.lookedUp()).hasSize(1);
    }

    @Test
    void a_silent_name_server_delays_neither_the_probes_of_kubernetes_nor_another_tenant() throws Exception {
        NameServer server = NameServer.start();
        server.answer("provider.test", "127.0.0.1");
        HostAddresses resolver = new HostAddresses(vertx, server.provider());
        QuarkusMock.installMockForType(resolver, HostAddresses.class);
        asked.register(ACME, "{host}", "{\"path\": \"/200\"}");
        asked.register(Flow.GLOBEX, "provider.test", "{\"path\": \"/200\"}");
        List<RequestedConnection> begun = IntStream.range(0, 64)
                .mapToObj(i -> await(flow.beginning(ACME, asked.slug() + "-" + i, asked.slug())))
                .toList();
        RequestedConnection others = await(flow.beginning(Flow.GLOBEX, asked.slug(), asked.slug()));
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
}
