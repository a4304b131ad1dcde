package dev.nexus.bridge;

import static dev.nexus.bridge.BridgeServers.API_KEY;
import static dev.nexus.bridge.BridgeServers.ID;
import static dev.nexus.bridge.BridgeServers.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.bridge.LocalServer.Answer;
import dev.nexus.strategy.OutgoingRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to a provider through the Bridge. */
class BridgeTest {

    @RegisterExtension
    private final BridgeServers servers = new BridgeServers();

    private final LocalServer gateway = servers.gateway;
    private final LocalServer provider = servers.provider;
    private final LocalServer stranger = servers.stranger;
    private final Map<String, Answer> tokens = servers.tokens;
    private final Bridge bridge = servers.bridge;

    @Test
    void a_request_arrives_unchanged_with_the_credential_added() throws Exception {
        provider.answers(request -> Answer.of(201, "made"));

        HttpResponse<String> answer = bridge.connection(ID)
                .send(
                        HttpRequest.newBuilder(URI.create(provider.url() + "/things?a=1%2F2"))
                                .header("X-Own", "own")
                                .header("Content-Type", "text/plain")
                                .PUT(BodyPublishers.ofString("thing"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("made");
        LocalServer.Received received = provider.received().get(0);
        assertThat(received.method() + " " + received.uri() + " " + received.body())
                .isEqualTo("PUT /things?a=1%2F2 thing");
        assertThat(received.header("Authorization")).isEqualTo("Bearer " + SECRET);
        assertThat(received.header("X-Own")).isEqualTo("own");
        assertThat(gateway.received().get(0).header("X-API-Key")).isEqualTo(API_KEY);
    }

    @Test
    void a_credential_is_cached_until_forget_or_close() throws Exception {
        servers.send();
        servers.send();
        bridge.connection(ID).forget();
        servers.send();
        bridge.close();
        servers.send();

        assertThat(gateway.received()).hasSize(3);
    }

    @Test
    void with_a_hold_time_of_zero_each_request_fetches() throws Exception {
        try (Bridge uncached =
                Bridge.builder(gateway.url(), API_KEY).holdFor(Duration.ZERO).build()) {
            uncached.connection(ID).send(servers.get("/"));
            uncached.connection(ID).send(servers.get("/"));
        }

        assertThat(gateway.received()).hasSize(2);
    }

    @Test
    void concurrent_requests_share_one_fetch() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            List<Future<Integer>> sent = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                sent.add(threads.submit(servers::send));
            }
            for (Future<Integer> answer : sent) {
                assertThat(answer.get()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(gateway.received()).hasSize(1);
        assertThat(provider.received()).hasSize(50);
    }

    @Test
    void after_a_401_the_credential_is_fetched_and_the_request_is_retried() throws Exception {
        servers.send();
        servers.give(ID, "rotated", "");
        provider.answers(request -> request.header("Authorization").equals("Bearer rotated")
                ? Answer.of(200, "welcome")
                : Answer.of(401, "no"));

        HttpResponse<String> answer = bridge.connection(ID).send(servers.get("/me"), BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("welcome");
        assertThat(gateway.received()).hasSize(2);
        assertThat(provider.received()).hasSize(3);
    }

    @Test
    void a_second_401_is_returned() throws Exception {
        provider.answers(request -> Answer.of(401, "no"));

        HttpResponse<String> answer = bridge.connection(ID).send(servers.get("/me"), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo("no");
        assertThat(provider.received()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 429, 500, 503})
    void other_responses_are_returned_without_a_retry(int status) throws Exception {
        provider.answers(request -> Answer.of(status, ""));

        assertThat(servers.send()).isEqualTo(status);
        assertThat(provider.received()).hasSize(1);
    }

    @Test
    void a_redirect_is_returned_and_not_followed() throws Exception {
        provider.answers(request -> new Answer(302, Map.of("Location", stranger.url() + "/"), ""));

        assertThat(servers.send()).isEqualTo(302);
        assertThat(stranger.received()).isEmpty();
        HttpClient follows = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThatThrownBy(() -> Bridge.builder(gateway.url(), API_KEY).httpClient(follows))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_body_above_the_limit_is_refused_and_not_sent() {
        HttpRequest big = HttpRequest.newBuilder(URI.create(provider.url()))
                .POST(BodyPublishers.ofByteArrays(List.of(new byte[5_000_000], new byte[5_000_000])))
                .build();

        assertThatThrownBy(() -> bridge.connection(ID).send(big))
                .isInstanceOf(BridgeException.class)
                .hasMessageContaining("8 MiB");
        assertThat(provider.received()).isEmpty();
    }

    @Test
    void an_applied_request_can_be_sent_by_another_client() throws Exception {
        HttpRequest ready = bridge.connection(ID).apply(servers.get("/own"));

        HttpClient.newHttpClient().send(ready, BodyHandlers.discarding());

        assertThat(provider.received().get(0).header("Authorization")).isEqualTo("Bearer " + SECRET);
    }

    @Test
    void requests_and_responses_do_not_print_a_credential_in_the_query() throws Exception {
        tokens.put(
                ID,
                Answer.of(
                        200,
                        "{\"strategy\":{\"type\":\"query_param\",\"config\":{\"param_name\":\"key\"}},\"credentials\":"
                                + "{\"api_key\":\"" + SECRET + "\"}}"));

        HttpRequest ready = bridge.connection(ID).apply(servers.get("/x"));
        HttpResponse<byte[]> answer = bridge.connection(ID).send(servers.get("/x"));

        assertThat(ready.uri().getQuery()).isEqualTo("key=" + SECRET);
        assertThat(provider.received().get(0).uri().getQuery()).isEqualTo("key=" + SECRET);
        assertThat(ready + " " + answer + " " + answer.request() + " " + answer.uri())
                .doesNotContain(SECRET);
    }

    @Test
    void to_string_does_not_reveal_a_secret() {
        BridgeConnection connection = bridge.connection(ID);
        OutgoingRequest ready = connection.apply(OutgoingRequest.of("GET", URI.create(provider.url() + "/?q=canary")));

        assertThat(List.of(bridge, connection, ready, ready.headers(), Bridge.builder(gateway.url(), API_KEY))
                        .toString())
                .doesNotContain("canary");
    }
}
