package dev.nexus.gateway.component;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.gateway.http.Route;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests each check of the pipeline with each route to which the check applies. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class EveryRouteTest {

    private static final String HOST = "Host: a.example\r\n";

    /** More than the burst of the slow key, even if the bucket refills on a slow machine. */
    private static final int ATTEMPTS = 50;

    @BeforeEach
    void stubBroker() {
        StubbedBroker.answerEverything();
    }

    /** The header lines that do not authenticate a request. */
    static Map<String, String> badCredentials() {
        String good = StubbedBroker.apiKey();
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("missing", "");
        bad.put("empty", key(""));
        bad.put("blank", key("  "));
        bad.put("not a key", key("x"));
        bad.put("twice", key(good) + key(good));
        bad.put("twice, in two cases", key(good) + "x-api-key: " + good + "\r\n");
        bad.put("a good one and a bad one", key(good) + key("x"));
        bad.put("two in one header", key(good + ", " + good));
        bad.put("wrong prefix", key("nxt_" + good.substring(4)));
        bad.put("prefix in another case", key("NXS_" + good.substring(4)));
        bad.put("another scheme", key("Bearer " + good));
        bad.put("quoted", key("\"" + good + "\""));
        bad.put("with a space", key(good.substring(0, 20) + " " + good.substring(20)));
        bad.put("with a tab", key(good.substring(0, 20) + "\t" + good.substring(20)));
        bad.put("too short", key(good.substring(0, good.length() - 1)));
        bad.put("too long", key(good + "0"));
        bad.put("very long", key("nxs_" + "a".repeat(10_000)));
        bad.put("wrong checksum", key(withWrongChecksum(good)));
        bad.put("unknown id", key(TestApiKey.mint().value()));
        bad.put("wrong secret", key(StubbedBroker.keyWithWrongSecret()));
        bad.put("revoked", key(StubbedBroker.revokedKey()));
        bad.put("expired", key(StubbedBroker.expiredKey()));
        bad.put("in lower case, wrong secret", "x-api-key: " + StubbedBroker.keyWithWrongSecret() + "\r\n");
        bad.put("in another header", "Authorization: Bearer " + good + "\r\nX-Api_Key: " + good + "\r\n");
        bad.put("in a cookie", "Cookie: X-API-Key=" + good + "\r\n");
        return bad;
    }

    private static String key(String value) {
        return "X-API-Key: " + value + "\r\n";
    }

    private static String withWrongChecksum(String key) {
        char last = key.charAt(key.length() - 1);
        return key.substring(0, key.length() - 1) + (last == '0' ? '1' : '0');
    }

    static Stream<Arguments> routesWithBadCredentials() {
        List<Arguments> all = new ArrayList<>();
        Arrays.stream(Route.values())
                .filter(Route::needsKey)
                .forEach(route -> badCredentials().forEach((name, lines) -> all.add(Arguments.of(route, name, lines))));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}, key: {1}")
    @MethodSource("routesWithBadCredentials")
    @Promise(17)
    void bad_credential_is_rejected_with_the_same_401(Route route, String name, String lines) throws IOException {
        String answer = RawHttp.send(request(route.method(), path(route), lines));

        RawHttp.assertRefused(answer, 401, "unauthorized");
        assertThat(answer)
                .containsIgnoringCase("\r\nWWW-Authenticate: ApiKey\r\n")
                .endsWith("\r\n\r\n{\"error\":\"unauthorized\",\"message\":\"`X-API-Key`: the API key is missing or not"
                        + " valid. Send a valid key in this header, once.\"}");
        assertBrokerIsNotCalled();
    }

    /** Without this test, each rejection could have another cause in the request. */
    @ParameterizedTest
    @ValueSource(strings = {"X-API-Key: ", "x-api-key:", "X-API-KEY:  \t"})
    void good_credential_is_accepted_in_each_case_of_the_header(String header) throws IOException {
        for (Route route : Route.values()) {
            String answer = RawHttp.send(
                    request(route.method(), path(route), header + StubbedBroker.apiKey() + " \r\n" + typeOf(route)));

            assertThat(answer).as(route.name()).doesNotContain("\"unauthorized\"", "\"not_found\"", "method_not");
        }
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void ambiguous_host_is_rejected_with_400(Route route) throws IOException {
        assertRefused(400, "invalid_request", request(route.method(), path(route), HOST + RawHttp.key()));
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void exceeded_rate_is_rejected_with_429(Route route) throws IOException {
        if (route == Route.PAGE_ASSET) {
            return;
        }
        String lines = route.needsKey() ? key(StubbedBroker.slowKey()) : "X-Forwarded-For: 203.0.113.99\r\n";
        int attempts = route.needsKey() ? ATTEMPTS : 2 * StubbedBroker.AUTH_BURST;
        String answer = "";

        for (int i = 0; i < attempts && !answer.startsWith("HTTP/1.1 429"); i++) {
            answer = RawHttp.send(request(route.method(), path(route), lines));
        }

        RawHttp.assertRefused(answer, 429, "rate_limited");
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void other_method_is_rejected_with_405(Route route) throws IOException {
        for (String method : List.of("PATCH", "OPTIONS", "TRACE", "get", "FOO")) {
            assertRefused(405, "method_not_allowed", request(method, path(route), caller()));
        }
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    @Promise(20)
    void missing_scope_is_rejected_with_403(Route route) throws IOException {
        if (!route.needsKey()) {
            return;
        }
        String key = route == Route.AUDIT_EVENTS ? StubbedBroker.readOnlyKey() : StubbedBroker.auditKey();

        assertRefused(403, "forbidden", request(route.method(), path(route), key(key)));
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void long_body_is_rejected_with_413(Route route) throws IOException {
        assertRefused(
                413,
                "payload_too_large",
                request(route.method(), path(route), caller() + "Content-Length: 65537\r\n" + typeOf(route))
                        + "x".repeat(65_537));
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void other_content_type_is_rejected_with_415_on_a_route_with_a_body(Route route) throws IOException {
        if (!typeOf(route).isEmpty()) {
            assertRefused(
                    415,
                    "unsupported_media_type",
                    request(route.method(), path(route), caller() + "Content-Type: text/plain\r\n"));
        }
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void other_accepted_type_is_rejected_with_406(Route route) throws IOException {
        if (route != Route.PAGE_ASSET) {
            assertRefused(
                    406,
                    "not_acceptable",
                    request(route.method(), path(route), caller() + typeOf(route) + "Accept: image/png\r\n"));
        }
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void unknown_query_parameter_is_rejected_with_400(Route route) throws IOException {
        assertRefused(
                400, "invalid_request", request(route.method(), path(route) + "?unknown=1", caller() + typeOf(route)));
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void empty_precondition_of_a_change_is_rejected_with_400(Route route) throws IOException {
        if (!route.method().equals("GET")) {
            assertRefused(
                    400,
                    "invalid_request",
                    request(route.method(), path(route), caller() + typeOf(route) + "If-Match:\r\n"));
        }
    }

    /** Paths of the framework and other spellings of a route. Only the pipeline decides whether a path is served. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "*",
                "/q/health",
                "/q/metrics",
                "/q/openapi",
                "/q/swagger-ui",
                "/q/dev-ui",
                "/openapi",
                "/favicon.ico",
                "/index.html",
                "/internal/v1/connections/a",
                "/V1/token/a",
                "/%76%31",
                "/v1%2Ftoken%2Fa",
                "/v1./token/a",
                "/auth",
                "/auth/token/a"
            })
    void path_without_a_route_is_not_served(String path) throws IOException {
        for (String lines : List.of("", RawHttp.key())) {
            String answer = RawHttp.send(request("GET", path, lines + "X-Forwarded-For: 203.0.113.101\r\n"));

            assertThat(answer).containsPattern("^HTTP/1\\.1 4(00|01|04) ");
            assertBrokerIsNotCalled();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1",
                "/v1/",
                "/v1/nothing",
                "//v1/token/a",
                "/v1//token/a",
                "/./v1/token/a",
                "/v1/./token/a",
                "/x/../v1/token/a",
                "/x/%2e%2e/v1/token/a",
                "/%76%31/token/a",
                "/v1/%74oken/a",
                "/v1;x/token/a",
                "/v1/token/a;x",
                "/v1/token/a?x=1",
                "http://a.example/v1/token/a"
            })
    void each_spelling_of_an_API_path_needs_a_key(String path) throws IOException {
        RawHttp.assertRefused(RawHttp.send(request("GET", path, "")), 401, "unauthorized");
        assertBrokerIsNotCalled();
    }

    @Test
    void each_check_of_this_test_covers_all_routes() {
        assertThat(Route.values()).hasSize(23);
        assertThat(Arrays.stream(Route.values()).filter(Route::needsKey)).hasSize(19);
        assertThat(Arrays.stream(Route.values()).filter(route -> !typeOf(route).isEmpty()))
                .hasSize(5);
    }

    private static String request(String method, String path, String lines) {
        String length = lines.contains("Content-Length") ? "" : "Content-Length: 0\r\n";
        return method + " " + path + " HTTP/1.1\r\n" + HOST + lines + length + "Connection: close\r\n\r\n";
    }

    /**
     * Returns headers with a valid key, and with an address that no other test uses. A route without a key limits the
     * rate of each address.
     */
    private static String caller() {
        return RawHttp.key() + "X-Forwarded-For: " + Addresses.next() + "\r\n";
    }

    private static String path(Route route) {
        return route.template()
                .replace("{id}", "8f3a1c2d-0000-4000-8000-000000000000")
                .replace("{name}", "x.css");
    }

    /** The header Content-Type that the route requires. Empty if the route reads no body. */
    private static String typeOf(Route route) {
        return switch (route) {
            case REQUEST_CONNECTION, CAPTURE_CREDENTIAL, PUT_PROVIDER, PUT_WEBHOOK ->
                "Content-Type: application/json\r\n";
            case SUBMIT_PAGE -> "Content-Type: application/x-www-form-urlencoded\r\n";
            default -> "";
        };
    }

    private static void assertRefused(int status, String error, String request) throws IOException {
        RawHttp.assertRefused(RawHttp.send(request), status, error);
        assertBrokerIsNotCalled();
    }

    private static void assertBrokerIsNotCalled() {
        assertThat(StubbedBroker.broker().getAllServeEvents()).isEmpty();
    }

    private static final class Addresses {
        private static int last;

        static synchronized String next() {
            last++;
            return "198.19." + (last / 250) + "." + (last % 250 + 1);
        }
    }
}
