package dev.nexus.gateway.component;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of the checks: a request with two flaws gets the response of the first check. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class CheckOrderTest {

    private static final String BODY =
            "{\"workspace_id\": \"w\", \"provider_id\": \"api-key\", \"return_url\": \"https://your-app.com/a\"}";

    /** More than the burst of the slow key, even if the bucket refills on a slow machine. */
    private static final int ATTEMPTS = 200;

    /** The flaws in the order of their checks. */
    enum Flaw {
        MISSING_KEY(401, "unauthorized"),
        RATE(429, "rate_limited"),
        UNKNOWN_ROUTE(404, "not_found"),
        METHOD(405, "method_not_allowed"),
        SCOPE(403, "forbidden"),
        SIZE(413, "payload_too_large"),
        TYPE(415, "unsupported_media_type"),
        ACCEPT(406, "not_acceptable"),
        QUERY(400, "invalid_request"),
        FORM(400, "invalid_request");

        private final int status;
        private final String error;

        Flaw(int status, String error) {
            this.status = status;
            this.error = error;
        }
    }

    @BeforeEach
    void stubBroker() {
        StubbedBroker.answerEverything();
    }

    static Stream<Arguments> pairs() {
        List<Arguments> pairs = new ArrayList<>();
        for (Flaw first : Flaw.values()) {
            for (Flaw second : Flaw.values()) {
                if (first.compareTo(second) < 0 && first.status != second.status) {
                    pairs.add(Arguments.of(first, second));
                }
            }
        }
        return pairs.stream();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void response_reports_the_flaw_of_the_first_check(Flaw first, Flaw second) {
        Set<Flaw> flaws = Set.of(first, second);

        Response refused = first == Flaw.RATE ? sendUntilLimited(flaws) : send(flaws);

        assertThat(refused.statusCode()).isEqualTo(first.status);
        assertThat(refused.path("error").toString()).isEqualTo(first.error);
        assertThat(StubbedBroker.broker().getAllServeEvents())
                .noneMatch(call -> call.getRequest().getUrl().contains("connections"));
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void each_flaw_is_rejected_with_an_error_body(Flaw flaw) {
        Response refused = flaw == Flaw.RATE ? sendUntilLimited(Set.of(flaw)) : send(Set.of(flaw));

        assertThat(refused.statusCode()).isEqualTo(flaw.status);
        assertThat(refused.contentType()).startsWith("application/json");
        assertThat(refused.path("error").toString()).isEqualTo(flaw.error);
        assertThat(refused.path("message").toString()).isNotEmpty();
        assertThat(refused.header("X-Request-Id")).isNotEmpty();
        assertThat(refused.header("WWW-Authenticate")).isEqualTo(flaw == Flaw.MISSING_KEY ? "ApiKey" : null);
        assertThat(refused.header("Allow")).isEqualTo(flaw == Flaw.METHOD ? "POST" : null);
        assertThat(refused.header("Retry-After") != null).isEqualTo(flaw == Flaw.RATE);
    }

    /** Without this test, each rejection could have another cause in the request. */
    @Test
    void a_request_without_a_flaw_reaches_the_Broker() {
        StubbedBroker.answer(StubbedBroker.json(
                200, "{\"connection_id\": \"8f3a1c2d-0000-4000-8000-000000000000\", \"state\": \"s\"}"));

        Response answer = send(Set.of());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.path("auth_url").toString()).endsWith("/auth/capture-schema?state=s");
    }

    private static Response sendUntilLimited(Set<Flaw> flaws) {
        Response answer = send(flaws);
        for (int i = 0; i < ATTEMPTS && answer.statusCode() != Flaw.RATE.status; i++) {
            answer = send(flaws);
        }
        return answer;
    }

    private static Response send(Set<Flaw> flaws) {
        RequestSpecification request = given().redirects()
                .follow(false)
                .contentType(flaws.contains(Flaw.TYPE) ? "text/plain" : "application/json")
                .accept(flaws.contains(Flaw.ACCEPT) ? "text/html" : "application/json")
                .body(body(flaws));
        if (!flaws.contains(Flaw.MISSING_KEY)) {
            request.header("X-API-Key", key(flaws));
        }
        String path = flaws.contains(Flaw.UNKNOWN_ROUTE) ? "/v1/nothing" : "/v1/request-connection";
        return request.request(
                flaws.contains(Flaw.METHOD) ? "PUT" : "POST", path + (flaws.contains(Flaw.QUERY) ? "?unknown=1" : ""));
    }

    private static String key(Set<Flaw> flaws) {
        if (flaws.contains(Flaw.RATE)) {
            return StubbedBroker.slowKey();
        }
        return flaws.contains(Flaw.SCOPE) ? StubbedBroker.readOnlyKey() : StubbedBroker.apiKey();
    }

    private static String body(Set<Flaw> flaws) {
        String body = flaws.contains(Flaw.FORM) ? "{" : BODY;
        return flaws.contains(Flaw.SIZE) ? body + " ".repeat(64 * 1024) : body;
    }
}
