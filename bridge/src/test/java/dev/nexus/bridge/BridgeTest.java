package dev.nexus.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.bridge.LocalServer.Answer;
import dev.nexus.strategy.OutgoingRequest;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.Entity;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeTest {

    private static final String API_KEY = "nxs_canarykey";
    private static final String SECRET = "canary-secret";
    private static final String ID = "0193b7e2-0000-7000-8000-000000000001";
    private static final String NEXT = "0193b7e2-0000-7000-8000-000000000002";

    private final LocalServer gateway = new LocalServer();
    private final LocalServer provider = new LocalServer();
    private final LocalServer stranger = new LocalServer();
    private final Map<String, Answer> tokens = new ConcurrentHashMap<>();
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
    private final Bridge bridge = Bridge.builder(gateway.url(), API_KEY)
            .followSuccessors(confirmed::contains)
            .build();

    BridgeTest() {
        gateway.answers(
                request -> tokens.getOrDefault(request.uri().getPath().replace("/v1/token/", ""), Answer.of(404, """
                        {"error": "connection_not_found", "message": "There is no such connection"}""")));
        give(ID, SECRET, "");
    }

    @AfterEach
    void end() {
        gateway.close();
        provider.close();
        stranger.close();
    }

    private static Answer token(String secret, String more) {
        return Answer.of(
                200,
                "{\"strategy\":{\"type\":\"header\",\"config\":{\"value_prefix\":\"Bearer \"}},\"credentials\":{\"api_key\":\""
                        + secret + "\"},\"allowed_hosts\":[\"localhost\"]" + more + "}");
    }

    private void give(String id, String secret, String more) {
        tokens.put(id, token(secret, more));
    }

    /** ID has been superseded by NEXT; both serve. */
    private void supersede() {
        give(ID, SECRET, ",\"replaced_by\":\"" + NEXT + "\"");
        give(NEXT, "next", "");
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create(provider.url() + path)).build();
    }

    private int send() throws Exception {
        return bridge.connection(ID).send(get("/me")).statusCode();
    }

    /** The credentials that the provider has got, in their order. */
    private List<String> sent() {
        return provider.received().stream()
                .map(request -> request.header("Authorization"))
                .toList();
    }

    @Test
    void a_request_arrives_with_the_credential_and_everything_that_it_had() throws Exception {
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
        LocalServer.Received came = provider.received().get(0);
        assertThat(came.method() + " " + came.uri() + " " + came.body()).isEqualTo("PUT /things?a=1%2F2 thing");
        assertThat(came.header("Authorization")).isEqualTo("Bearer " + SECRET);
        assertThat(came.header("X-Own")).isEqualTo("own");
        assertThat(gateway.received().get(0).header("X-API-Key")).isEqualTo(API_KEY);
    }

    @Test
    void a_credential_is_held_in_memory_and_forgotten_on_demand() throws Exception {
        send();
        send();
        bridge.connection(ID).forget();
        send();
        bridge.close();
        send();

        assertThat(gateway.received()).hasSize(3);
    }

    @Test
    void with_no_time_to_hold_each_request_fetches() throws Exception {
        try (Bridge forgetful =
                Bridge.builder(gateway.url(), API_KEY).holdFor(Duration.ZERO).build()) {
            forgetful.connection(ID).send(get("/"));
            forgetful.connection(ID).send(get("/"));
        }

        assertThat(gateway.received()).hasSize(2);
    }

    @Test
    void many_at_once_fetch_once() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            List<Future<Integer>> sent = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                sent.add(threads.submit(this::send));
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
    void a_401_is_followed_by_one_fetch_and_one_more_try() throws Exception {
        send();
        give(ID, "rotated", "");
        provider.answers(request -> request.header("Authorization").equals("Bearer rotated")
                ? Answer.of(200, "welcome")
                : Answer.of(401, "no"));

        HttpResponse<String> answer = bridge.connection(ID).send(get("/me"), BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("welcome");
        assertThat(gateway.received()).hasSize(2);
        assertThat(provider.received()).hasSize(3);
    }

    @Test
    void a_401_that_stays_is_given_as_it_is() throws Exception {
        provider.answers(request -> Answer.of(401, "no"));

        HttpResponse<String> answer = bridge.connection(ID).send(get("/me"), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo("no");
        assertThat(provider.received()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 429, 500, 503})
    void any_other_answer_of_the_provider_is_given_at_once(int status) throws Exception {
        provider.answers(request -> Answer.of(status, ""));

        assertThat(send()).isEqualTo(status);
        assertThat(provider.received()).hasSize(1);
    }

    @Test
    void a_redirect_is_given_and_not_followed() throws Exception {
        provider.answers(request -> new Answer(302, Map.of("Location", stranger.url() + "/"), ""));

        assertThat(send()).isEqualTo(302);
        assertThat(stranger.received()).isEmpty();
        HttpClient follows = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThatThrownBy(() -> Bridge.builder(gateway.url(), API_KEY).httpClient(follows))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.example.org.evil.example/",
        "https://evil.example/api.example.org",
        "https://example.org/",
        "https://xapi.example.org/",
        "https://api.example.org@evil.example/",
        "https://evil.example#api.example.org",
        "http://api.example.org/",
        "https://127.0.0.1/",
        "https://user@api.example.org/",
    })
    void a_credential_goes_nowhere_but_to_its_hosts(String url) {
        tokens.put(ID, Answer.of(200, token(SECRET, "").body().replace("localhost", "api.example.org")));
        OutgoingRequest request = OutgoingRequest.of("GET", URI.create(url));

        assertThatThrownBy(() -> bridge.connection(ID).apply(request))
                .isInstanceOf(ForbiddenHostException.class)
                .hasMessageNotContaining(SECRET)
                .hasMessageNotContaining("evil");
    }

    @ParameterizedTest
    @CsvSource({"https://api.example.org", "https://API.Example.ORG./x", "https://api.example.org:8443/"})
    void a_host_is_compared_as_a_name(String url) {
        tokens.put(ID, Answer.of(200, token(SECRET, "").body().replace("localhost", "api.example.org")));

        assertThat(bridge.connection(ID)
                        .apply(OutgoingRequest.of("GET", URI.create(url)))
                        .header("Authorization"))
                .hasValue("Bearer " + SECRET);
    }

    @Test
    void where_no_hosts_are_named_any_is_good_over_https() {
        tokens.put(ID, Answer.of(200, token(SECRET, "").body().replace(",\"allowed_hosts\":[\"localhost\"]", "")));

        assertThatCode(() ->
                        bridge.connection(ID).apply(OutgoingRequest.of("GET", URI.create("https://anywhere.example/"))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() ->
                        bridge.connection(ID).apply(OutgoingRequest.of("GET", URI.create("http://anywhere.example/"))))
                .isInstanceOf(ForbiddenHostException.class);
    }

    @Test
    void a_503_of_the_gateway_is_tried_again() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        gateway.answers(request -> asked.incrementAndGet() < 3
                ? new Answer(503, Map.of("Retry-After", "0"), "{\"error\":\"unavailable\",\"message\":\"Try again\"}")
                : token(SECRET, ""));

        assertThat(send()).isEqualTo(200);
        assertThat(asked).hasValue(3);
    }

    @Test
    void a_gateway_that_stays_unavailable_is_told_after_the_retries() {
        gateway.answers(request -> Answer.of(503, "{\"error\":\"unavailable\",\"message\":\"Try again\"}"));

        GatewayException failed = catchThrowableOfType(GatewayException.class, this::send);

        assertThat(failed.code()).isEqualTo("unavailable");
        assertThat(failed.status()).isEqualTo(503);
        assertThat(gateway.received()).hasSize(4);
        assertThat(provider.received()).isEmpty();
    }

    @Test
    void a_wait_that_is_too_long_is_told_and_not_waited_for() {
        gateway.answers(request ->
                new Answer(429, Map.of("Retry-After", "60"), "{\"error\":\"rate_limited\",\"message\":\"Wait\"}"));

        GatewayException failed = catchThrowableOfType(GatewayException.class, this::send);

        assertThat(failed.retryAfter()).hasValue(Duration.ofSeconds(60));
        assertThat(gateway.received()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"401, unauthorized", "403, forbidden", "404, connection_not_found", "409, connection_not_active"})
    void a_refusal_of_the_gateway_is_told_with_its_code_and_not_tried_again(int status, String code) {
        tokens.put(ID, Answer.of(status, "{\"error\":\"" + code + "\",\"message\":\"So it is\"}"));

        GatewayException failed = catchThrowableOfType(GatewayException.class, this::send);

        assertThat(failed).hasMessage("So it is");
        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.toString()).doesNotContain("canary");
        assertThat(gateway.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "canary-secret",
                "{\"strategy\":{\"type\":\"new\"},\"credentials\":{\"a\":\"canary-secret\"}}"
            })
    void an_answer_that_is_no_token_is_told_without_what_it_holds(String body) {
        tokens.put(ID, Answer.of(200, body));

        assertThatThrownBy(this::send)
                .isInstanceOf(BridgeException.class)
                .satisfies(failure -> assertThat(failure.toString()).doesNotContain("canary"));
    }

    @Test
    void a_gateway_that_is_not_there_is_told() {
        gateway.close();

        GatewayException failed = catchThrowableOfType(GatewayException.class, this::send);

        assertThat(failed.code()).isEqualTo("unreachable");
        assertThat(failed.status()).isZero();
    }

    @Test
    void a_superseded_connection_is_followed_for_good_to_the_successor_that_is_accepted() throws Exception {
        confirmed.add(NEXT);
        supersede();

        send();
        tokens.put(ID, Answer.of(409, "{\"error\":\"connection_not_active\",\"message\":\"superseded\"}"));
        bridge.connection(ID).forget();
        send();

        assertThat(bridge.connection(ID).currentId()).isEqualTo(NEXT);
        assertThat(provider.received())
                .extracting(request -> request.header("Authorization"))
                .containsOnly("Bearer next");
        assertThat(gateway.received()).hasSize(3);
    }

    @Test
    void where_the_successor_is_refused_the_superseded_one_serves_through_its_grace_and_then_nothing()
            throws Exception {
        supersede();

        send();
        tokens.put(ID, Answer.of(409, "{\"error\":\"connection_not_active\",\"message\":\"superseded\"}"));
        bridge.connection(ID).forget();
        GatewayException over = catchThrowableOfType(GatewayException.class, this::send);

        assertThat(over.code()).isEqualTo("connection_not_active");
        assertThat(sent()).containsExactly("Bearer " + SECRET);
        assertThat(bridge.connection(ID).currentId()).isEqualTo(ID);
        assertThat(gateway.received())
                .extracting(request -> request.uri().getPath())
                .containsOnly("/v1/token/" + ID);
    }

    @Test
    void every_successor_is_followed_unless_the_application_says_which() throws Exception {
        supersede();

        try (Bridge plain = Bridge.of(gateway.url(), API_KEY)) {
            plain.connection(ID).send(get("/me"));
        }

        assertThat(sent()).containsExactly("Bearer next");
    }

    @Test
    void a_successor_that_is_no_longer_accepted_is_no_longer_used_though_its_token_is_held() throws Exception {
        supersede();
        confirmed.add(NEXT);
        send();

        confirmed.remove(NEXT);
        send();

        assertThat(sent()).containsExactly("Bearer next", "Bearer " + SECRET);
        assertThat(bridge.connection(ID).currentId()).isEqualTo(ID);
    }

    @Test
    void a_chain_of_successors_is_followed_as_far_as_they_are_accepted() throws Exception {
        String last = "0193b7e2-0000-7000-8000-000000000003";
        give(ID, SECRET, ",\"replaced_by\":\"" + NEXT + "\"");
        give(NEXT, "next", ",\"replaced_by\":\"" + last + "\"");
        give(last, "last", "");
        confirmed.add(NEXT);

        send();
        confirmed.add(last);
        bridge.connection(ID).forget();
        send();
        confirmed.remove(NEXT);
        bridge.connection(ID).forget();
        send();

        // A successor that is refused leads no further.
        assertThat(sent()).containsExactly("Bearer next", "Bearer last", "Bearer " + SECRET);
    }

    @Test
    void to_forget_a_successor_lets_go_of_its_token_where_it_serves_for_another() throws Exception {
        supersede();
        confirmed.add(NEXT);
        send();

        bridge.connection(NEXT).forget();
        give(NEXT, "rotated", "");
        send();

        assertThat(sent()).containsExactly("Bearer next", "Bearer rotated");
    }

    @Test
    void where_the_successor_has_nothing_to_give_the_superseded_one_serves() throws Exception {
        confirmed.add(NEXT);
        give(ID, SECRET, ",\"replaced_by\":\"" + NEXT + "\"");

        assertThat(send()).isEqualTo(200);
        assertThat(bridge.connection(ID).currentId()).isEqualTo(ID);
    }

    @Test
    void connections_that_replace_each_other_in_a_circle_end() throws Exception {
        confirmed.addAll(List.of(ID, NEXT));
        give(ID, SECRET, ",\"replaced_by\":\"" + NEXT + "\"");
        give(NEXT, "next", ",\"replaced_by\":\"" + ID + "\"");

        assertThat(send()).isEqualTo(200);
        assertThat(gateway.received()).hasSize(2);
    }

    @Test
    void a_body_beyond_the_limit_is_refused_before_anything_is_sent() {
        HttpRequest big = HttpRequest.newBuilder(URI.create(provider.url()))
                .POST(BodyPublishers.ofByteArrays(List.of(new byte[5_000_000], new byte[5_000_000])))
                .build();

        assertThatThrownBy(() -> bridge.connection(ID).send(big))
                .isInstanceOf(BridgeException.class)
                .hasMessageContaining("8 MiB");
        assertThat(provider.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://u:canary@ho st/",
                "https://nexus.example.com/#x",
                "http://nexus.example.com",
                "ftp://localhost",
                "nexus",
                "https://u@nexus.example.com",
                "http://127.evil" + ".example"
            })
    void a_gateway_over_plain_http_or_of_no_address_is_refused(String url) {
        assertThatThrownBy(() -> Bridge.of(url, API_KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void neither_a_request_nor_an_answer_prints_a_credential_in_its_address() throws Exception {
        tokens.put(
                ID,
                Answer.of(
                        200,
                        "{\"strategy\":{\"type\":\"query_param\",\"config\":{\"param_name\":\"key\"}},\"credentials\":"
                                + "{\"api_key\":\"" + SECRET + "\"}}"));

        HttpRequest ready = bridge.connection(ID).apply(get("/x"));
        HttpResponse<byte[]> answer = bridge.connection(ID).send(get("/x"));

        assertThat(ready.uri().getQuery()).isEqualTo("key=" + SECRET);
        assertThat(provider.received().get(0).uri().getQuery()).isEqualTo("key=" + SECRET);
        assertThat(ready + " " + answer + " " + answer.request() + " " + answer.uri())
                .doesNotContain(SECRET);
    }

    @Test
    void a_jaxrs_client_follows_no_redirect_and_keeps_its_headers() {
        provider.answers(request -> new Answer(302, Map.of("Location", stranger.url() + "/"), ""));
        Client client = ClientBuilder.newClient().register(new BridgeFilter(bridge.connection(ID)));
        try {
            int status = client.target(provider.url() + "/x")
                    .request()
                    .header("X-Two", "one")
                    .header("X-Two", "two")
                    .get()
                    .getStatus();

            assertThat(status).isEqualTo(302);
            assertThat(stranger.received()).isEmpty();
            assertThat(provider.received().get(0).header("X-Two")).contains("one", "two");
        } finally {
            client.close();
        }
    }

    @Test
    void what_another_server_says_is_told_without_the_key_and_on_one_line() {
        gateway.answers(request -> Answer.of(
                403, "{\"error\":\"forbidden\",\"message\":\"" + request.header("X-API-Key") + "\\nforged\"}"));

        GatewayException failed = catchThrowableOfType(GatewayException.class, this::send);

        assertThat(failed).hasMessage("*** forged");
    }

    @Test
    void nothing_prints_a_secret() {
        BridgeConnection connection = bridge.connection(ID);
        OutgoingRequest ready = connection.apply(OutgoingRequest.of("GET", URI.create(provider.url() + "/?q=canary")));

        assertThat(List.of(bridge, connection, ready, ready.headers(), Bridge.builder(gateway.url(), API_KEY))
                        .toString())
                .doesNotContain("canary");
    }

    @Test
    void a_request_of_the_jdks_client_is_applied_for_a_client_of_ones_own() throws Exception {
        HttpRequest ready = bridge.connection(ID).apply(get("/own"));

        HttpClient.newHttpClient().send(ready, BodyHandlers.discarding());

        assertThat(provider.received().get(0).header("Authorization")).isEqualTo("Bearer " + SECRET);
    }

    @Test
    void a_jaxrs_client_sends_with_the_filter() {
        tokens.put(
                ID,
                Answer.of(
                        200,
                        token(SECRET, "")
                                .body()
                                .replace(
                                        "{\"type\":\"header\",\"config\":{\"value_prefix\":\"Bearer \"}}",
                                        "{\"type\":\"body_field\",\"config\":{\"field_name\":\"key\"}}")));
        Client client = ClientBuilder.newClient().register(new BridgeFilter(bridge.connection(ID)));
        try {
            client.target(provider.url() + "/x").request().post(Entity.json("{\"n\":1.10}"));

            assertThat(provider.received().get(0).body()).isEqualTo("{\"n\":1.10,\"key\":\"" + SECRET + "\"}");
            assertThatThrownBy(() ->
                            client.target(provider.url() + "/x").request().post(Entity.json(List.of("an object"))))
                    .isInstanceOfAny(BridgeException.class, ProcessingException.class);
        } finally {
            client.close();
        }
    }
}
