package dev.nexus.gateway.component;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each route in the OpenAPI document reads its complete query or rejects it. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class QueryParametersTest {

    /** Quarkus writes this file when it builds the application. */
    private static final Path DESCRIPTION = Path.of("target/openapi/openapi.yaml");

    private static final String CANARY = "ghp_canary3f1c";

    @BeforeEach
    void stubBroker() {
        StubbedBroker.broker().resetAll();
        StubbedBroker.broker()
                .stubFor(any(anyUrl())
                        .willReturn(aResponse()
                                .withStatus(200)
                                .withHeader("Content-Type", "application/json")
                                .withBody("{}")));
    }

    record Operation(String method, String path, List<String> parameters) {

        String url(String query) {
            return path.replaceAll("\\{[a-z]+}", "8f3a1c2d-0000-4000-8000-000000000000") + "?" + query;
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static Stream<Operation> operations() throws IOException {
        JsonNode paths = new YAMLMapper().readTree(DESCRIPTION.toFile()).path("paths");
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                List<String> names = new ArrayList<>();
                operation.getValue().path("parameters").forEach(parameter -> {
                    if (parameter.path("in").asText().equals("query")) {
                        names.add(parameter.path("name").asText());
                    }
                });
                operations.add(new Operation(operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), names));
            }
        }
        operations.add(new Operation("GET", "/auth/assets/page.css", List.of()));
        assertThat(operations).hasSizeGreaterThan(20);
        return operations.stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void unknown_query_parameter_is_rejected_with_the_allowed_names(Operation operation) {
        Response refused = send(operation, CANARY + "=" + CANARY);

        assertRefused(refused);
        assertThat(refused.path("message").toString())
                .contains(operation.parameters().isEmpty() ? List.of("no query parameters") : operation.parameters());
        for (String known : operation.parameters()) {
            assertRefused(send(operation, known + "=x&" + CANARY + "=y"));
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void repeated_or_empty_query_parameter_is_rejected(Operation operation) {
        for (String name : operation.parameters()) {
            assertThat(send(operation, name + "=a&" + name + "=b")
                            .path("message")
                            .toString())
                    .contains("`" + name + "`", "once");
            for (String empty :
                    List.of(name + "=", name, name + "=&", "%" + hex(name.charAt(0)) + name.substring(1) + "=")) {
                Response refused = send(operation, empty);
                assertRefused(refused);
                assertThat(refused.path("message").toString()).contains("`" + name + "`", "empty");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void query_parameter_in_another_case_is_rejected_with_a_suggestion(Operation operation) {
        for (String name : operation.parameters()) {
            Response refused = send(operation, name.toUpperCase(Locale.ROOT) + "=" + CANARY);

            assertRefused(refused);
            assertThat(refused.path("message").toString()).contains("Did you mean `" + name + "`?");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/connections, workspaceId=a, workspace_id",
        "/v1/connections, workspace-id=a, workspace_id",
        "/v1/connections, workspace=a, workspace_id",
        "/v1/connections, workspace%5Fid%20=a, workspace_id",
        "/v1/audit-events, keyId=a, key_id",
        "/v1/capture-schema, State=a, state"
    })
    void misspelled_query_parameter_is_rejected_with_a_suggestion(String path, String query, String meant) {
        Response refused = send(new Operation("GET", path, List.of()), query);

        assertRefused(refused);
        assertThat(refused.path("message").toString()).contains("Did you mean `" + meant + "`?");
    }

    @ParameterizedTest
    @CsvSource({"=x", "limit[]=1", "limit=1&%00=1", "limit=1&limit%00=1"})
    void malformed_query_is_rejected(String query) {
        assertRefused(send(new Operation("GET", "/v1/connections", List.of()), query));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/connections?&",
        "/v1/connections?workspace_id=a&limit=1",
        "/v1/connections?workspace%5fid=a",
        "/v1/audit-events?key_id=acmeacmeacme&action=credential.read",
        "/v1/connections?label=%3Bx%3D%26"
    })
    void known_query_is_forwarded(String url) {
        Response answered = request().get(url);

        assertThat(answered.statusCode()).isEqualTo(200);
    }

    @Test
    void missing_key_is_reported_before_the_query() {
        Response refused = given().urlEncodingEnabled(false).get("/v1/connections?unknown=1");

        assertThat(refused.statusCode()).isEqualTo(401);
    }

    private static void assertRefused(Response refused) {
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.path("error").toString()).isEqualTo("invalid_request");
        assertThat(refused.asString()).doesNotContain(CANARY);
        assertThat(StubbedBroker.broker().getAllServeEvents())
                .noneMatch(call -> call.getRequest().getUrl().contains("?"));
    }

    private static String hex(char character) {
        return Integer.toHexString(character);
    }

    private static io.restassured.specification.RequestSpecification request() {
        return given().urlEncodingEnabled(false)
                .header("X-API-Key", StubbedBroker.apiKey())
                .redirects()
                .follow(false);
    }

    private static Response send(Operation operation, String query) {
        io.restassured.specification.RequestSpecification request = request().header("X-Forwarded-For", Callers.next());
        if (List.of("POST", "PUT").contains(operation.method())) {
            request.contentType(
                            operation.path().startsWith("/auth/")
                                    ? "application/x-www-form-urlencoded; charset=utf-8"
                                    : "application/json")
                    .body("{}");
        }
        return request.request(operation.method(), operation.url(query));
    }

    /** Provides addresses that no test has used, so that they are not rate limited. */
    private static final class Callers {
        private static int last;

        static synchronized String next() {
            last++;
            return "198.18." + (last / 250) + "." + (last % 250 + 1);
        }
    }
}
