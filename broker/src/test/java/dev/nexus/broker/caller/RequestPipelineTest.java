package dev.nexus.broker.caller;

import static dev.nexus.broker.caller.TokenClaims.hmac;
import static dev.nexus.broker.caller.TokenClaims.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.broker.database.StartChecks;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.TrustedGateway;
import dev.nexus.contracts.AllowedScopes;
import dev.nexus.contracts.InternalApi;
import dev.nexus.contracts.InternalHeaders;
import dev.nexus.contracts.Scope;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every route of the internal API, with every kind of bad credential. */
@QuarkusTest
@TestProfile(GatewayCertificates.class)
@QuarkusTestResource(BrokerTestResource.class)
class RequestPipelineTest {

    private static final List<String> API_KEY_SCOPES = List.of(
            Scope.CONNECTIONS_WRITE,
            Scope.CONNECTIONS_READ,
            Scope.TOKENS_READ,
            Scope.PROVIDERS_ADMIN,
            Scope.WEBHOOKS_ADMIN,
            Scope.AUDIT_READ);

    private static final EllipticCurveJsonWebKey KEY = BrokerTestResource.GATEWAY;
    private static final HttpClient GATEWAY = client(GatewayCertificates.GATEWAY);

    @Inject
    Flow flow;

    @Inject
    MeterRegistry meters;

    @TestHTTPResource(value = "/", tls = true)
    @SuppressWarnings("NullAway.Init")
    URI root;

    /** A route of the contract, with a path that has an unknown id. */
    private record TestedRoute(String name, String verb, String path, Set<String> scopes) {

        static TestedRoute of(Method method) {
            String verb = Arrays.stream(method.getAnnotations())
                    .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                    .filter(found -> found != null)
                    .map(HttpMethod::value)
                    .findFirst()
                    .orElseThrow();
            return new TestedRoute(
                    method.getName(),
                    verb,
                    InternalApi.ROOT
                            + method.getAnnotation(Path.class)
                                    .value()
                                    .replace("{id}", UUID.randomUUID().toString()),
                    Set.of(method.getAnnotation(AllowedScopes.class).value()));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void every_route_answers_503_until_the_checks_of_the_start_have_succeeded() throws Exception {
        QuarkusMock.installMockForType(new StartChecks(new Scheduled.ApplicationNotRunning()), StartChecks.class);

        for (TestedRoute route : routes().toList()) {
            String authorization = route.scopes().contains(InternalHeaders.SCOPE_STATE_PRESENT)
                    ? presentedState()
                    : bearer(route.scopes().toArray(String[]::new));
            HttpResponse<String> response = send(route, authorization);

            assertThat(response.statusCode()).as(route.name()).isEqualTo(503);
            assertThat(response.body()).contains("unavailable");
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
    }

    static Stream<TestedRoute> routes() {
        return InternalApi.FEATURES.stream()
                .flatMap(feature -> Arrays.stream(feature.getMethods()))
                .map(TestedRoute::of);
    }

    private static HttpClient client(String name) {
        return HttpClient.newBuilder()
                .sslContext(GatewayCertificates.client(name))
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    private HttpRequest.Builder request(String verb, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve(path)).timeout(Duration.ofSeconds(20));
        return verb.equals("POST") || verb.equals("PUT")
                ? request.header("Content-Type", "application/json").method(verb, BodyPublishers.ofString("{"))
                : request.method(verb, BodyPublishers.noBody());
    }

    private HttpResponse<String> send(TestedRoute route, String authorization)
            throws IOException, InterruptedException {
        return send(route.verb(), route.path(), authorization);
    }

    private HttpResponse<String> send(String verb, String path, String authorization)
            throws IOException, InterruptedException {
        return GATEWAY.send(
                request(verb, path).header("Authorization", authorization).build(), BodyHandlers.ofString());
    }

    private static String bearer(String... scopes) throws JoseException {
        return "Bearer " + signed(TokenClaims.valid(scopes), KEY);
    }

    private static String presentedState() throws JoseException {
        return "Bearer "
                + signed(TokenClaims.valid(InternalHeaders.SCOPE_STATE_PRESENT).withTenant(null), KEY);
    }

    /** The header Authorization of each kind of bad credential, with all scopes. */
    private static Map<String, String> badCredentials() throws JoseException {
        TokenClaims valid = TokenClaims.valid(API_KEY_SCOPES.toArray(String[]::new));
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("empty", "");
        tokens.put("malformed", "a.b.c");
        tokens.put("without signature", signed(valid, KEY).replaceAll("[^.]+$", ""));
        tokens.put("expired", signed(valid.withExpiry(Instant.now().minusSeconds(10)), KEY));
        tokens.put("valid too long", signed(valid.withExpiry(Instant.now().plusSeconds(3_600)), KEY));
        tokens.put("wrong audience", signed(valid.withAudience("another"), KEY));
        tokens.put("wrong issuer", signed(valid.withIssuer("another"), KEY));
        tokens.put("unknown key", signed(valid, TrustedGateway.newKey("unknown")));
        tokens.put("wrong key", signed(valid, TrustedGateway.newKey(KEY.getKeyId())));
        tokens.put("wrong algorithm", hmac(valid, KEY));
        tokens.put("tenant missing", signed(valid.withTenant(null), KEY));
        tokens.put("tenant blank", signed(valid.withTenant(" "), KEY));
        tokens.put("state with tenant", signed(TokenClaims.valid(InternalHeaders.SCOPE_STATE_PRESENT), KEY));
        Map<String, String> headers = tokens.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, token -> "Bearer " + token.getValue()));
        headers.put("basic", "Basic " + signed(valid, KEY));
        headers.put("without scheme", signed(valid, KEY));
        return headers;
    }

    @ParameterizedTest
    @MethodSource("routes")
    void a_route_serves_each_of_its_scopes_and_no_other(TestedRoute route) throws Exception {
        for (String scope : API_KEY_SCOPES) {
            HttpResponse<String> response = send(route, bearer(scope));

            assertThat(response.body().contains("\"forbidden\""))
                    .as(scope)
                    .isNotEqualTo(route.scopes().contains(scope));
            assertThat(response.body()).as(scope).doesNotContain("unauthorized", "\"not_found\"", "method_not_allowed");
        }
        assertThat(send(route, bearer("another")).statusCode()).isEqualTo(403);
        assertThat(send(route, bearer()).statusCode()).isEqualTo(403);
        assertThat(send(route, presentedState()).statusCode() == 403)
                .isNotEqualTo(route.scopes().contains(InternalHeaders.SCOPE_STATE_PRESENT));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void a_route_refuses_each_invalid_token_with_the_same_401(TestedRoute route) throws Exception {
        HttpResponse<String> none =
                GATEWAY.send(request(route.verb(), route.path()).build(), BodyHandlers.ofString());

        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.body()).contains("\"unauthorized\"", "service token");
        assertThat(none.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        for (Map.Entry<String, String> bad : badCredentials().entrySet()) {
            HttpResponse<String> refused = send(route, bad.getValue());

            assertThat(refused.statusCode()).as(bad.getKey()).isEqualTo(401);
            assertThat(refused.body()).as(bad.getKey()).isEqualTo(none.body());
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void a_route_refuses_a_valid_token_without_the_certificate_of_the_gateway(TestedRoute route) throws Exception {
        // Without a body, so that the Broker has read the request when it closes the connection.
        HttpRequest request = HttpRequest.newBuilder(root.resolve(route.path()))
                .version(HttpClient.Version.HTTP_1_1)
                .method(route.verb(), BodyPublishers.noBody())
                .header("Authorization", bearer(API_KEY_SCOPES.toArray(String[]::new)))
                .build();

        HttpResponse<String> another = client(GatewayCertificates.ANOTHER).send(request, BodyHandlers.ofString());

        assertThat(another.statusCode()).isEqualTo(401);
        assertThat(another.body()).contains("\"unauthorized\"", "client certificate");
        HttpClient withoutCertificate = client("");
        assertThatThrownBy(() -> withoutCertificate.send(request, BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/internal/v1/connections/{id}/token/",
                "/internal/v1/connections/{id}//token",
                "//internal/v1/connections/{id}/token",
                "/internal/v1/./connections/{id}/token",
                "/internal/v1/x/../connections/{id}/token",
                "/internal/v1/x/%2e%2e/connections/{id}/token",
                "/internal/v1/connections/{id}/%74oken",
                "/internal/v1/connection%73/{id}/token",
                "/internal/v1/connections/{id}/token;a=b",
                "/internal/v1/connections/{id};a=b/token",
                "/internal/v1/connections/{id}/token%3Ba",
                "/internal/v1/connections/{id}%2Ftoken",
                "/internal/v1/connections/{id}/TOKEN",
                "/internal/v1/connections/x/../{id}/token"
            })
    void no_spelling_of_a_path_avoids_a_check(String spelling) throws Exception {
        String path = spelling.replace(
                "{id}",
                flow.connect(Flow.ACME, "ws-" + UUID.randomUUID(), "s3cret").toString());
        String other = bearer(API_KEY_SCOPES.stream()
                .filter(scope -> !scope.equals(Scope.TOKENS_READ))
                .toArray(String[]::new));

        for (String verb : List.of("GET", "HEAD", "OPTIONS", "POST", "get", "X")) {
            HttpResponse<String> refused = send(verb, "https://" + root.getAuthority() + path, other);

            assertThat(refused.statusCode()).as(verb).isIn(403, 404, 405);
            assertThat(refused.body()).doesNotContain("s3cret");
            assertThat(send(verb, "https://" + root.getAuthority() + path, "Bearer x")
                            .statusCode())
                    .as(verb)
                    .isEqualTo(401);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PATCH, /internal/v1/connections/x/token, GET",
        "POST, /internal/v1/webhook, 'DELETE, GET, PUT'",
    })
    void another_method_is_rejected_with_405_and_the_allowed_methods(String verb, String path, String allowed)
            throws Exception {
        HttpResponse<String> refused = send(verb, path, bearer(API_KEY_SCOPES.toArray(String[]::new)));

        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().allValues("Allow")).containsExactly(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/internal/v1", "/internal/v1/another", "/q/health", "/q/metrics", "/favicon.ico"})
    void a_path_that_is_no_route_is_401_and_with_a_valid_token_404(String path) throws Exception {
        assertThat(send("GET", path, "Bearer x").statusCode()).isEqualTo(401);

        HttpResponse<String> found = send("GET", path, bearer(API_KEY_SCOPES.toArray(String[]::new)));

        assertThat(found.statusCode()).isEqualTo(404);
        assertThat(found.body()).contains("\"not_found\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json|200",
                "APPLICATION/JSON; charset=utf-8|200",
                "text/html, */*;q=0.1|200",
                "application/*|200",
                "text/plain|406",
                "application/xml, garbage|406"
            })
    void an_endpoint_responds_only_with_json(String accept, int status) throws Exception {
        UUID id = flow.connect(Flow.ACME, "ws-" + UUID.randomUUID(), "s3cret");

        for (String path : List.of("/internal/v1/connections/" + id, "/internal/v1/connections/" + id + "/token")) {
            HttpRequest request = request("GET", path)
                    .header("Authorization", bearer(Scope.CONNECTIONS_READ, Scope.TOKENS_READ))
                    .header("Accept", accept)
                    .build();

            assertThat(GATEWAY.send(request, BodyHandlers.ofString()).statusCode())
                    .as(path)
                    .isEqualTo(status);
        }
    }

    @Test
    void an_endpoint_is_measured_by_the_template_of_its_route() throws Exception {
        UUID id = flow.connect(Flow.ACME, "ws-" + UUID.randomUUID(), "s3cret");

        HttpResponse<String> read = send("GET", "/internal/v1/connections/" + id + "/token", bearer(Scope.TOKENS_READ));

        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.body()).contains("s3cret");
        assertThat(read.headers().firstValue("Content-Type")).hasValue("application/json;charset=UTF-8");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(meters.find("http.server.requests")
                                .tag("uri", "/internal/v1/connections/{id}/token")
                                .tag("method", "GET")
                                .tag("status", "200")
                                .timers())
                        .extracting(Timer::count)
                        .anyMatch(count -> count > 0));
    }
}
