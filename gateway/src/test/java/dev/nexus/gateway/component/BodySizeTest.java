package dev.nexus.gateway.component;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit of 64 KiB for bodies with a Content-Length and for chunked bodies. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class BodySizeTest {

    private static final int LIMIT = 64 * 1024;

    /** A Broker route that receives the request body unchanged. */
    private static final String CAPTURE = "/internal/v1/capture-credential";

    @BeforeEach
    void stubBroker() {
        StubbedBroker.answerEverything();
    }

    @ParameterizedTest
    @ValueSource(ints = {LIMIT + 1, 128 * 1024, 257 * 1024, 2_000_000})
    void chunked_body_over_the_limit_is_rejected_with_413_and_no_error_is_logged(int length) throws IOException {
        try (LoggedErrors logged = new LoggedErrors()) {
            String answer = RawHttp.send(post("application/json", "Transfer-Encoding: chunked\r\n")
                    + RawHttp.chunked("x".repeat(length), 8_000));

            RawHttp.assertRefused(answer, 413, "payload_too_large");
            assertThat(answer).containsOnlyOnce("HTTP/1.1 ");
            assertThat(logged.lines()).isEmpty();
        }
        assertThat(StubbedBroker.broker().getAllServeEvents()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {LIMIT + 1, 257 * 1024, 2_000_000})
    void Content_Length_over_the_limit_is_rejected_with_413(int length) throws IOException {
        String answer =
                RawHttp.send(post("application/json", "Content-Length: " + length + "\r\n") + "x".repeat(length));

        RawHttp.assertRefused(answer, 413, "payload_too_large");
        assertThat(StubbedBroker.broker().getAllServeEvents()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/providers", "DELETE /v1/connections/a", "POST /v1/webhook/secret"})
    void body_over_the_limit_is_rejected_with_413_on_a_route_without_a_body(String route) throws IOException {
        String answer = RawHttp.send(route + " HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key()
                + "Content-Length: 300000\r\nConnection: close\r\n\r\n" + "x".repeat(300_000));

        RawHttp.assertRefused(answer, 413, "payload_too_large");
    }

    /** The client neither sends the body nor asks to close the connection. The Gateway must not wait for the body. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /v1/capture-credential HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 300000",
                "GET /v1/providers HTTP/1.1\r\nContent-Length: 300000",
                "GET /v1/no-such-route HTTP/1.1\r\nContent-Length: 300000"
            })
    void rejected_request_with_an_unsent_body_closes_the_connection(String request) throws IOException {
        String answer = RawHttp.send(request + "\r\nHost: a.example\r\n" + RawHttp.key() + "\r\n");

        assertThat(answer).containsPattern("^HTTP/1.1 4(13|04) ").containsIgnoringCase("\r\nConnection: close\r\n");
    }

    /** Vert.x rejects a body of this size before it has read the whole body. */
    @Test
    void unfinished_chunked_body_over_the_limit_closes_the_connection() throws IOException {
        String end = "0\r\n\r\n";
        String chunks = RawHttp.chunked("x".repeat(300_000), 8_000);

        String answer = RawHttp.send("POST /v1/capture-credential HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key()
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunks.substring(0, chunks.length() - end.length()));

        RawHttp.assertRefused(answer, 413, "payload_too_large");
        assertThat(answer).containsIgnoringCase("\r\nConnection: close\r\n");
    }

    @Test
    void rejected_request_with_a_complete_body_closes_the_connection() throws IOException {
        String answer = RawHttp.send("GET /v1/providers HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key()
                + "Content-Length: " + (LIMIT + 1) + "\r\n\r\n" + "x".repeat(LIMIT + 1));

        RawHttp.assertRefused(answer, 413, "payload_too_large");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10_000, 11_000, LIMIT})
    void chunked_body_within_the_limit_is_forwarded_unchanged(int length) throws IOException {
        String body = "x".repeat(length);

        String answer =
                RawHttp.send(post("application/json", "Transfer-Encoding: chunked\r\n") + RawHttp.chunked(body, 8_000));

        assertThat(answer).startsWith("HTTP/1.1 200");
        StubbedBroker.broker().verify(1, postRequestedFor(anyUrl()).withRequestBody(equalTo(body)));
        assertThat(StubbedBroker.broker()
                        .getAllServeEvents()
                        .get(0)
                        .getRequest()
                        .getUrl())
                .isEqualTo(CAPTURE);
    }

    @Test
    void chunked_response_of_the_Broker_can_exceed_the_request_limit() throws IOException {
        String schema = "{\"providers\": \"" + "x".repeat(1_000_000) + "\"}";
        StubbedBroker.answer(StubbedBroker.json(200, schema));

        String answer = RawHttp.send(
                "GET /v1/providers HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key() + "Connection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200").endsWith(schema);
    }

    @Test
    void empty_chunked_body_is_forwarded() throws IOException {
        String answer = RawHttp.send(post("application/json", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200");
    }

    @Test
    void Expect_100_continue_is_answered_for_a_chunked_body() throws IOException {
        String answer = RawHttp.send(post("application/json", "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n")
                + RawHttp.chunked("{}", 8_000));

        assertThat(answer).startsWith("HTTP/1.1 100 ").contains("HTTP/1.1 200 ");
    }

    @Test
    void chunked_form_over_the_limit_is_rejected_with_413() throws IOException {
        String answer = RawHttp.send(form() + RawHttp.chunked("f0=" + "x".repeat(300_000), 8_000));

        RawHttp.assertRefused(answer, 413, "payload_too_large");
    }

    /**
     * Includes a length above the default buffer of Vert.x for a form field. The form is read, but the request has no
     * cookie with a state.
     */
    @ParameterizedTest
    @ValueSource(ints = {10, 60_000})
    void a_chunked_form_within_the_limit_is_read(int length) throws IOException {
        String answer = RawHttp.send(form() + RawHttp.chunked("f0=" + "x".repeat(length), 8_000));

        RawHttp.assertRefused(answer, 400, "invalid_state");
    }

    @ParameterizedTest
    @ValueSource(strings = {"f0=%zz", "f0=%ff", "f0=1&f0=2"})
    void unreadable_chunked_form_is_rejected_with_400(String form) throws IOException {
        String answer = RawHttp.send(form() + RawHttp.chunked(form, 8_000));

        RawHttp.assertRefused(answer, 400, "invalid_request");
    }

    private static String post(String type, String headers) {
        return "POST /v1/capture-credential HTTP/1.1\r\nHost: a.example\r\n" + RawHttp.key() + "Content-Type: " + type
                + "\r\n" + headers + "Connection: close\r\n\r\n";
    }

    private static String form() {
        return String.join(
                "\r\n",
                "POST /auth/capture/8f3a1c2d-0000-4000-8000-000000000000 HTTP/1.1",
                "Host: a.example",
                "X-Forwarded-For: 192.0.2.99",
                "Origin: http://127.0.0.1:8080",
                "Accept: application/json",
                "Content-Type: application/x-www-form-urlencoded",
                "Transfer-Encoding: chunked",
                "Connection: close",
                "",
                "");
    }
}
