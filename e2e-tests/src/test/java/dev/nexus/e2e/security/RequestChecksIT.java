package dev.nexus.e2e.security;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.testsupport.Promise;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Gateway's checks of a request. A request with two errors gets the response of the first check. */
@ExtendWith(NexusExtension.class)
@Isolated("The end of a slow request has a limit of ten seconds.")
class RequestChecksIT {

    private final Backend acme = NexusExtension.acme();
    private final Backend readOnly = NexusExtension.acmeWithout("connections:write");

    private static final String TOO_LARGE = " ".repeat(64 * 1024 + 1);

    @Test
    void below_v1_a_missing_key_comes_before_an_unknown_route() {
        given().baseUri(acme.gatewayUrl()).get("/v1/nothing").then().statusCode(401);
    }

    @Test
    void outside_v1_an_unknown_route_gets_404_without_a_key() {
        given().baseUri(acme.gatewayUrl())
                .get("/nothing")
                .then()
                .statusCode(404)
                .body("error", equalTo("not_found"));
    }

    @Test
    void the_rate_comes_before_an_unknown_route() {
        Backend slow = NexusExtension.slowKey();

        Response last = slow.request().get("/v1/nothing");
        for (int i = 1; i < 10; i++) {
            last = slow.request().get("/v1/nothing");
        }

        last.then().statusCode(429).body("error", equalTo("rate_limited"));
        assertThat(Integer.parseInt(last.header("Retry-After"))).isPositive();
    }

    @Test
    void the_method_comes_before_the_scope_and_lists_the_allowed_methods() {
        readOnly.request()
                .get("/v1/request-connection")
                .then()
                .statusCode(405)
                .header("Allow", "POST")
                .body("error", equalTo("method_not_allowed"));
    }

    @Test
    void the_scope_comes_before_the_size() {
        readOnly.post("/v1/request-connection", TOO_LARGE).then().statusCode(403);
    }

    @Test
    void the_size_comes_before_the_type() {
        acme.request()
                .contentType("text/plain")
                .body(TOO_LARGE)
                .post("/v1/request-connection")
                .then()
                .statusCode(413);
    }

    @Test
    void the_content_type_comes_before_the_body() {
        acme.request()
                .contentType("text/plain")
                .body("{")
                .post("/v1/request-connection")
                .then()
                .statusCode(415);
        acme.post("/v1/request-connection", "{").then().statusCode(400).body("error", equalTo("invalid_request"));
    }

    @Test
    void body_error_names_the_field() {
        acme.post("/v1/request-connection", "{\"workspace_id\":\"w\",\"tenant\":\"globex\"}")
                .then()
                .statusCode(400)
                .body("details.pointer", hasItem("/tenant"));
        acme.post(
                        "/v1/request-connection",
                        "{\"workspace_id\":\" w\",\"provider_id\":\"api-key\",\"return_url\":\"x\"}")
                .then()
                .statusCode(400)
                .body("details.pointer", hasItem("/workspace_id"));
    }

    @Test
    void caller_that_does_not_accept_json_gets_406() {
        acme.request().accept("text/html").get("/v1/providers").then().statusCode(406);
        acme.request().accept("text/html,*/*;q=0.1").get("/v1/providers").then().statusCode(200);
    }

    @Test
    void state_that_is_malformed_after_decoding_is_rejected_with_400() throws Exception {
        HttpResponse<String> refused = HttpClient.newHttpClient()
                .send(Load.get(acme, "/auth/capture-schema?state=%25zz"), HttpResponse.BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("invalid_state");
    }

    @Test
    void malformed_query_is_rejected_with_400() throws Exception {
        assertThat(raw("GET /auth/capture-schema?state=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/auth/capture/%zz", "/auth/capture-schema%zz", "/v1/%zz"})
    void malformed_path_is_rejected_with_400_and_not_repeated_in_the_response(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nX-API-Key: " + acme.apiKey()
                + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("zz");
    }

    @Test
    @Promise(24)
    void chunked_body_over_64_KiB_is_rejected_with_413() throws Exception {
        HttpRequest chunked = HttpRequest.newBuilder(URI.create(acme.gatewayUrl() + "/v1/request-connection"))
                .header("X-API-Key", acme.apiKey())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString("{" + TOO_LARGE)))
                .build();

        HttpResponse<String> refused = HttpClient.newHttpClient().send(chunked, HttpResponse.BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("payload_too_large");
    }

    @Test
    void response_has_the_request_id_of_the_caller_or_a_new_one_if_it_is_invalid() {
        acme.request()
                .header("X-Request-Id", "order-66.a_b")
                .get("/v1/providers")
                .then()
                .header("X-Request-Id", "order-66.a_b")
                .header("Cache-Control", "no-store")
                .header("Content-Type", startsWith("application/json"));
        String made = acme.request()
                .header("X-Request-Id", "no good")
                .get("/v1/nothing")
                .header("X-Request-Id");
        assertThat(made).isNotEqualTo("no good").matches("[A-Za-z0-9._-]{1,64}");
    }

    /** The third and the fourth request get their response at once, because their routes do not read a body. */
    @Test
    @Promise(24)
    void slow_body_is_cut_off_within_ten_seconds() throws Exception {
        String chunked = "\r\nTransfer-Encoding: chunked";
        String json = "\r\nContent-Type: application/json";
        List<String> requests = List.of(
                "POST /v1/capture-credential HTTP/1.1" + json + "\r\nContent-Length: 1000",
                "POST /v1/capture-credential HTTP/1.1" + json + chunked,
                "GET /v1/check-connection/" + acme.connect(Backend.workspace(), "k") + " HTTP/1.1" + chunked,
                "GET /v1/providers HTTP/1.1" + chunked);
        URI gateway = URI.create(acme.gatewayUrl());
        Instant begun = Instant.now();
        List<Socket> open = new ArrayList<>();
        try {
            for (String request : requests) {
                Socket socket = new Socket(gateway.getHost(), gateway.getPort());
                open.add(socket);
                socket.getOutputStream()
                        .write((request + "\r\nHost: x\r\nX-API-Key: " + acme.apiKey() + "\r\n\r\n")
                                .getBytes(US_ASCII));
            }
            for (int second = 0; second < 10; second++) {
                for (Socket socket : List.copyOf(open)) {
                    if (isClosedAfterOneChunk(socket)) {
                        open.remove(socket);
                        socket.close();
                    }
                }
            }
            assertThat(open).isEmpty();
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    /** Sends a chunk of one byte, and reads what arrives within a quarter of a second. */
    private static boolean isClosedAfterOneChunk(Socket socket) throws IOException {
        socket.setSoTimeout(250);
        try {
            socket.getOutputStream().write("1\r\n \r\n".getBytes(US_ASCII));
            InputStream in = socket.getInputStream();
            byte[] response = new byte[8_192];
            int read = in.read(response);
            while (read > 0) {
                read = in.read(response);
            }
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException closed) {
            return true;
        }
    }

    private String raw(String request) throws IOException {
        URI gateway = URI.create(acme.gatewayUrl());
        try (Socket socket = new Socket(gateway.getHost(), gateway.getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }
}
