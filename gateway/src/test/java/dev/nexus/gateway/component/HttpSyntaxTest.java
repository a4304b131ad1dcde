package dev.nexus.gateway.component;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid HTTP requests, sent as raw bytes: each error response has a body and a request id. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class HttpSyntaxTest {

    private static final String CANARY = "canary-3f1c";

    @BeforeEach
    void stubBroker() {
        StubbedBroker.answerEverything();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: a.example\r\nHost: a.example\r\n",
                "Host: a.example\r\nhost: b.example\r\n",
                "",
                "Host:\r\n",
                "Host: a b\r\n",
                "Host: a.example/path\r\n",
                "Host: user@a.example\r\n",
                "Host: a.example:99999\r\n",
                "Host: a.example, b.example\r\n"
            })
    void request_without_exactly_one_valid_Host_is_rejected(String hosts) throws IOException {
        String answer =
                RawHttp.send("GET /v1/providers HTTP/1.1\r\n" + hosts + RawHttp.key() + "Connection: close\r\n\r\n");

        assertRefused(answer, 400, "invalid_request");
        assertThat(answer).doesNotContain("a.example", "b.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.example", "a.example:8080", "127.0.0.1", "[::1]:8080", "A_b-c.example"})
    void request_with_one_valid_Host_is_accepted(String host) throws IOException {
        String answer = RawHttp.send(
                "GET /v1/providers HTTP/1.1\r\nHost: " + host + "\r\n" + RawHttp.key() + "Connection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200");
    }

    /** Repeats the exchange, because Vert.x handles a next request only if it arrives before the connection closes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/providers HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n",
                "GET /v1/providers HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1000000\r\n\r\n"
            })
    void request_after_a_rejected_request_that_closes_the_connection_is_discarded(String rejected) throws IOException {
        String body = rejected.contains("Content-Length") ? "x".repeat(1_000_000) : "";
        String next = "DELETE /v1/connections/a HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key() + "\r\n";

        for (int i = 0; i < 50; i++) {
            String answer = RawHttp.send(rejected + body + next);

            assertThat(answer).startsWith("HTTP/1.1 4").containsOnlyOnce("HTTP/1.1 ");
        }

        String id = UUID.randomUUID().toString();
        given().header("X-API-Key", StubbedBroker.apiKey())
                .header("X-Request-Id", id)
                .get("/v1/providers");
        assertThat(StubbedBroker.broker().getAllServeEvents())
                .extracting(call -> call.getRequest().getHeader("X-Request-Id"))
                .containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Idempotency-Key:\r\n",
                "Idempotency-Key: a\r\nIdempotency-Key: b\r\n",
                "If-Match:\r\n",
                "If-None-Match: \r\n"
            })
    void empty_or_repeated_precondition_is_rejected(String headers) throws IOException {
        String answer = RawHttp.send("POST /v1/webhook/secret HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key() + headers
                + "Content-Length: 0\r\nConnection: close\r\n\r\n");

        assertRefused(answer, 400, "invalid_request");
        assertThat(answer).contains("send the header once and with a value");
    }

    @Test
    void absolute_form_is_handled_like_its_path() throws IOException {
        String answer = RawHttp.send("GET http://a.example/v1/check-connection/" + CANARY
                + " HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key() + "Connection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200");
    }

    @Test
    void HTTP_1_0_needs_no_Host() throws IOException {
        String answer = RawHttp.send("GET /v1/providers HTTP/1.0\r\n" + RawHttp.key() + "\r\n");

        assertThat(answer).containsPattern("^HTTP/1\\.[01] 200");
    }

    @ParameterizedTest
    @ValueSource(ints = {4_100, 15_000})
    void long_URI_is_rejected_with_414(int length) throws IOException {
        String answer = RawHttp.send("GET /auth/capture-schema?state=" + CANARY + "x".repeat(length)
                + " HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");

        assertRefused(answer, 414, "uri_too_long");
    }

    @ParameterizedTest
    @ValueSource(ints = {17_000, 31_000})
    void long_headers_are_rejected_with_431(int length) throws IOException {
        String answer = RawHttp.send("GET /v1/providers HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key()
                + "Connection: close\r\nX-Long: " + CANARY + "x".repeat(length) + "\r\n\r\n");

        assertRefused(answer, 431, "headers_too_large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET /v1/providers HTTP/2.0\r\nHost: a.example\r\n\r\n",
                "GET /v1/providers HTTP/3.0\r\nHost: a.example\r\n\r\n"
            })
    void other_HTTP_version_is_rejected(String bytes) throws IOException {
        String answer = RawHttp.send(bytes);

        assertRefused(answer, 400, "invalid_request");
        assertThat(answer).contains("This port supports only HTTP/1.1");
    }

    @ParameterizedTest
    @CsvSource({"414, 20000, 10", "431, 10, 40000"})
    void extremely_long_request_is_rejected_with_its_status(int status, int path, int header) throws IOException {
        String answer = RawHttp.send("GET /" + "x".repeat(path) + " HTTP/1.1\r\nHost: a.example\r\nX-Long: "
                + "x".repeat(header) + "\r\n\r\n");

        assertThat(answer).containsPattern("^HTTP/1\\.[01] " + status + " ");
    }

    @Test
    void invalid_request_after_a_valid_one_is_rejected() throws IOException {
        String answer = RawHttp.send("GET /v1/providers HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key() + "\r\n"
                + "GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200");
        assertRefused(answer.substring(answer.indexOf("HTTP/1.1 4")), 414, "uri_too_long");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/providers/%3Bx",
        "GET, /v1/providers/;x",
        "GET, /v1/providers/%3bx",
        "GET, /v1/providers;x",
        "GET, /v1/providers/api-key;x",
        "GET, /v1/providers/api-key%3Bx=1",
        "GET, /v1;x/providers",
        "GET, /v1%3Bx/providers",
        "GET, /v1/connections;limit=1",
        "GET, /v1/check-connection/%3Bx",
        "GET, /v1/token/8f3a%3Bx",
        "POST, /v1/refresh/%3Bx",
        "POST, /v1/check-connection/a;x/verify",
        "DELETE, /v1/connections/%3Bx",
        "DELETE, /v1/providers/a;x",
        "GET, /v1/webhook;x",
        "GET, /v1/providers/",
        "GET, /v1/providers//",
        "GET, /v1/providers/.",
        "GET, /v1/providers/%2e",
        "GET, /v1/providers/a/..",
        "GET, /auth/capture/%3Bx",
        "GET, /auth/capture-schema;state=x"
    })
    void path_is_never_handled_as_another_path(String method, String path) {
        var answer = given().urlEncodingEnabled(false)
                .header("X-API-Key", StubbedBroker.apiKey())
                .header("X-Forwarded-For", "198.51.100.1")
                .request(method, path);

        assertThat(answer.asString()).doesNotContain("found\": true");
        assertThat(answer.statusCode()).isIn(401, 404);
        assertThat(StubbedBroker.broker().getAllServeEvents()).isEmpty();
    }

    private static void assertRefused(String answer, int status, String error) {
        RawHttp.assertRefused(answer, status, error);
        assertThat(answer).doesNotContain(CANARY);
    }
}
