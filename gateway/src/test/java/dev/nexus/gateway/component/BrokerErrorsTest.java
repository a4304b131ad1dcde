package dev.nexus.gateway.component;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.nexus.contracts.ErrorCode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares each error of the Broker with the response of the Gateway. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class BrokerErrorsTest {

    /** A text in responses of the Broker. The Gateway must return this text only if it forwards the response. */
    private static final String CANARY = "canary-3f1c";

    private static final String UNCHANGED = "unchanged";

    /** The Gateway's status and code for each error code of the Broker. */
    private static final List<Row> TABLE = List.of(
            new Row(ErrorCode.INVALID_REQUEST, 400, UNCHANGED),
            new Row(ErrorCode.INVALID_STATE, 400, UNCHANGED),
            new Row(ErrorCode.RETURN_URL_NOT_ALLOWED, 500, "internal"),
            new Row(ErrorCode.STATIC_TOKEN, 400, UNCHANGED),
            new Row(ErrorCode.UNAUTHORIZED, 503, "unavailable"),
            new Row(ErrorCode.FORBIDDEN, 503, "unavailable"),
            new Row(ErrorCode.NOT_FOUND, 503, "unavailable"),
            new Row(ErrorCode.CONNECTION_NOT_FOUND, 404, UNCHANGED),
            new Row(ErrorCode.PROVIDER_NOT_FOUND, 404, UNCHANGED),
            new Row(ErrorCode.WEBHOOK_NOT_FOUND, 404, UNCHANGED),
            new Row(ErrorCode.METHOD_NOT_ALLOWED, 503, "unavailable"),
            new Row(ErrorCode.NOT_ACCEPTABLE, 503, "unavailable"),
            new Row(ErrorCode.STATE_USED, 409, UNCHANGED),
            new Row(ErrorCode.CONNECTION_NOT_ACTIVE, 409, UNCHANGED),
            new Row(ErrorCode.PROVIDER_IN_USE, 409, UNCHANGED),
            new Row(ErrorCode.PROVIDER_READ_ONLY, 409, UNCHANGED),
            new Row(ErrorCode.QUOTA_EXCEEDED, 409, UNCHANGED),
            new Row(ErrorCode.STATE_EXPIRED, 410, UNCHANGED),
            new Row(ErrorCode.PRECONDITION_FAILED, 412, UNCHANGED),
            new Row(ErrorCode.PAYLOAD_TOO_LARGE, 413, UNCHANGED),
            new Row(ErrorCode.URI_TOO_LONG, 500, "internal"),
            new Row(ErrorCode.UNSUPPORTED_MEDIA_TYPE, 503, "unavailable"),
            new Row(ErrorCode.INVALID_CREDENTIALS, 422, UNCHANGED),
            new Row(ErrorCode.CREDENTIALS_REJECTED, 422, UNCHANGED),
            new Row(ErrorCode.RATE_LIMITED, 429, UNCHANGED),
            new Row(ErrorCode.HEADERS_TOO_LARGE, 500, "internal"),
            new Row(ErrorCode.INTERNAL, 500, UNCHANGED),
            new Row(ErrorCode.VERIFICATION_UNAVAILABLE, 503, UNCHANGED),
            new Row(ErrorCode.UNAVAILABLE, 503, "unavailable"));

    private record Row(ErrorCode code, int status, String expectedCode) {

        boolean isUnchanged() {
            return expectedCode.equals(UNCHANGED);
        }
    }

    @BeforeEach
    void resetStub() {
        StubbedBroker.broker().resetAll();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void each_code_of_the_Broker_is_mapped(ErrorCode code) {
        Optional<Row> row = TABLE.stream().filter(known -> known.code() == code).findFirst();
        StubbedBroker.answer(StubbedBroker.json(code.status(), """
                {"error": "%s", "message": "%s", "details": [{"pointer": "/a", "rule": "r", "message": "m"}]}
                """.formatted(code.wire(), CANARY)));

        Response response = checkConnection();

        assertThat(row).as("a row for " + code).isPresent();
        Row expected = row.orElseThrow();
        assertThat(response.statusCode()).isEqualTo(expected.status());
        assertThat(response.path("error").toString())
                .isEqualTo(expected.isUnchanged() ? code.wire() : expected.expectedCode());
        assertThat(response.asString().contains(CANARY))
                .as("the Broker's message")
                .isEqualTo(expected.isUnchanged());
        assertThat(response.path("details") != null).isEqualTo(expected.isUnchanged());
        assertThat(response.header("Retry-After") != null)
                .isEqualTo(expected.status() == 503 || expected.status() == 429);
        assertThat(response.header("X-Request-Id")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | <html>canary-3f1c</html>                                  | 500 | internal",
                "500 | ''                                                        | 500 | internal",
                "500 | {\"error\":\"of_the_next_version\",\"message\":\"canary-3f1c\"} | 500 | internal",
                "500 | {\"error\":\"unavailable\",\"message\":\"canary-3f1c\"}         | 500 | internal",
                "500 | {\"error\":{\"a\":1},\"message\":[\"canary-3f1c\"]}             | 500 | internal",
                "500 | null                                                      | 500 | internal",
                "400 | {\"error\":\"state_used\",\"message\":\"canary-3f1c\"}          | 503 | unavailable",
                "400 | canary-3f1c                                               | 503 | unavailable",
                "409 | {\"error\":\"of_the_next_version\",\"message\":\"canary-3f1c\"} | 503 | unavailable",
                "404 | <html>canary-3f1c</html>                                  | 503 | unavailable",
                "302 | canary-3f1c                                               | 503 | unavailable",
                "418 | canary-3f1c                                               | 503 | unavailable",
                "429 | canary-3f1c                                               | 503 | unavailable",
                "501 | canary-3f1c                                               | 503 | unavailable",
                "502 | <html>canary-3f1c</html>                                  | 503 | unavailable",
                "503 | <html>canary-3f1c</html>                                  | 503 | unavailable",
                "504 | ''                                                        | 503 | unavailable"
            })
    void response_without_a_matching_code_is_mapped_by_its_status(
            int status, String body, int expectedStatus, String code) {
        StubbedBroker.answer(StubbedBroker.json(status, body));

        Response answer = checkConnection();

        assertThat(answer.statusCode()).isEqualTo(expectedStatus);
        assertThat(answer.path("error").toString()).isEqualTo(code);
        assertThat(answer.asString()).doesNotContain(CANARY);
    }

    /** Returns statuses without an error code of Nexus, as a proxy or another version could send them. */
    static IntStream foreignStatuses() {
        return IntStream.concat(IntStream.of(202, 203, 206, 299, 300, 301, 302, 307, 308), IntStream.range(400, 600));
    }

    @Test
    void each_status_without_a_known_code_becomes_500_or_503() {
        SoftAssertions all = new SoftAssertions();

        foreignStatuses().forEach(status -> {
            StubbedBroker.answer(
                    StubbedBroker.json(status, "{\"error\": \"of_the_next_version\", \"message\": \"" + CANARY + "\"}")
                            .withHeader("Location", "/elsewhere"));
            Response response = checkConnection();

            all.assertThat(response.statusCode()).as("status " + status).isEqualTo(status == 500 ? 500 : 503);
            all.assertThat(response.<String>path("error"))
                    .as("status " + status)
                    .isEqualTo(status == 500 ? "internal" : "unavailable");
            all.assertThat(response.asString()).doesNotContain(CANARY);
        });

        all.assertThat(StubbedBroker.broker().getAllServeEvents())
                .as("no redirect is followed")
                .noneMatch(call -> call.getRequest().getUrl().contains("elsewhere"));
        all.assertAll();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void known_code_with_another_status_is_ignored(ErrorCode code) {
        StubbedBroker.answer(
                StubbedBroker.json(418, "{\"error\": \"" + code.wire() + "\", \"message\": \"" + CANARY + "\"}"));

        Response response = checkConnection();

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.<String>path("error")).isEqualTo("unavailable");
        assertThat(response.asString()).doesNotContain(CANARY);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/request-connection",
        "GET, /v1/capture-schema?state=s",
        "POST, /v1/capture-credential",
        "GET, /v1/check-connection/a",
        "POST, /v1/check-connection/a/verify",
        "GET, /v1/connections",
        "GET, /v1/connections/a",
        "DELETE, /v1/connections/a",
        "GET, /v1/token/a",
        "POST, /v1/refresh/a",
        "GET, /v1/providers",
        "GET, /v1/providers/a",
        "PUT, /v1/providers/a",
        "DELETE, /v1/providers/a",
        "GET, /v1/webhook",
        "PUT, /v1/webhook",
        "DELETE, /v1/webhook",
        "POST, /v1/webhook/secret",
        "GET, /v1/audit-events",
        "GET, /auth/capture-schema?state=s"
    })
    void each_route_forwards_an_error_of_the_Broker(String method, String path) {
        StubbedBroker.answer(StubbedBroker.json(409, "{\"error\": \"state_used\", \"message\": \"told\"}"));
        Response response = send(method, path);
        StubbedBroker.answer(StubbedBroker.json(401, "{\"error\": \"unauthorized\", \"message\": \"canary-3f1c\"}"));
        Response refusedToken = send(method, path);
        StubbedBroker.answer(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        Response lost = send(method, path);

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.<String>path("error")).isEqualTo("state_used");
        assertThat(response.<String>path("message")).isEqualTo("told");
        assertThat(refusedToken.statusCode()).isEqualTo(503);
        assertThat(refusedToken.asString()).doesNotContain(CANARY);
        assertThat(lost.statusCode()).isEqualTo(503);
        assertThat(lost.<String>path("error")).isEqualTo("unavailable");
        assertThat(StubbedBroker.broker().getAllServeEvents())
                .as("each call is made once")
                .hasSize(3);
    }

    static Stream<Arguments> brokenAnswers() {
        return Stream.concat(
                Arrays.stream(Fault.values())
                        .map(fault -> Arguments.of(fault.name(), aResponse().withFault(fault))),
                Stream.of(
                        Arguments.of(
                                "response timeout", aResponse().withStatus(200).withFixedDelay(60_000)),
                        Arguments.of(
                                "body timeout",
                                StubbedBroker.json(200, "x".repeat(1_000)).withChunkedDribbleDelay(100, 60_000))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenAnswers")
    void broken_or_late_response_becomes_503(String name, ResponseDefinitionBuilder broken) {
        StubbedBroker.answer(broken);

        Response response = checkConnection();

        assertThat(response.statusCode()).as(name).isEqualTo(503);
        assertThat(response.path("error").toString()).isEqualTo("unavailable");
        assertThat(response.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void huge_error_is_truncated() {
        String detail = "{\"pointer\": \"/a\", \"rule\": \"r\", \"message\": \"m\"}";
        StubbedBroker.answer(StubbedBroker.json(
                422,
                "{\"error\": \"invalid_credentials\", \"message\": \"" + "x".repeat(1_000_000) + "\", \"details\": ["
                        + String.join(", ", List.copyOf(java.util.Collections.nCopies(5_000, detail))) + "]}"));

        Response response = checkConnection();

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.<List<?>>path("details")).hasSize(200);
        assertThat(response.asString()).hasSizeLessThan(20_000);
    }

    @Test
    void deeply_nested_error_is_mapped_by_its_status() {
        StubbedBroker.answer(StubbedBroker.json(500, "[".repeat(100_000)));

        assertThat(checkConnection().statusCode()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"''", "canary-3f1c", "{\"connection_id\": null, \"state\": \"canary-3f1c\"}", "[]"})
    void unreadable_success_becomes_500(String body) {
        StubbedBroker.answer(StubbedBroker.json(200, body));

        Response response = send("POST", "/v1/request-connection");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.asString()).doesNotContain(CANARY);
    }

    @Test
    void success_with_another_media_type_becomes_500_and_its_content_is_not_logged() {
        StubbedBroker.answer(aResponse()
                .withStatus(200)
                .withHeader("Content-Type", "text/html")
                .withBody(CANARY));
        try (LoggedErrors logged = new LoggedErrors()) {
            Response response = send("POST", "/v1/request-connection");

            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.<String>path("error")).isEqualTo("internal");
            assertThat(logged.lines()).anyMatch(line -> line.contains("cannot be read"));
            assertThat(logged.lines()).noneMatch(line -> line.contains(CANARY));
        }
    }

    @Test
    void browser_gets_a_page_for_an_error_of_the_Broker() {
        StubbedBroker.answer(StubbedBroker.json(500, "{\"error\": \"internal\", \"message\": \"" + CANARY + "\"}"));

        Response response = given().header("Accept", "text/html,*/*;q=0.1")
                .header("X-Forwarded-For", "198.51.100.99")
                .redirects()
                .follow(false)
                .get("/auth/capture-schema?state=s");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.contentType()).startsWith("text/html");
        assertThat(response.asString()).doesNotContain(CANARY);
    }

    private static Response send(String method, String path) {
        RequestSpecification request =
                given().header("X-API-Key", StubbedBroker.apiKey()).header("X-Forwarded-For", "198.51.100.98");
        if (path.endsWith("/request-connection") || path.endsWith("/capture-credential") || method.equals("PUT")) {
            request.contentType("application/json")
                    .body("{\"workspace_id\":\"w\",\"provider_id\":\"api-key\","
                            + "\"return_url\":\"https://your-app.com/a\"}");
        }
        return request.request(method, path);
    }

    private static Response checkConnection() {
        return given().header("X-API-Key", StubbedBroker.apiKey())
                .get("/v1/check-connection/8f3a1c2d-0000-4000-8000-000000000000");
    }
}
