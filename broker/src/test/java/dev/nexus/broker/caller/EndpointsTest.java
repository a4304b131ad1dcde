package dev.nexus.broker.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.nexus.broker.testing.BrokerRequest;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.InternalApi;
import dev.nexus.contracts.Scope;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoints that read a body: the steps of the flow. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class EndpointsTest {

    private static final String CONNECTIONS = InternalApi.ROOT + "/connections";
    private static final String SCHEMA = InternalApi.ROOT + "/capture-schema";
    private static final String CREDENTIAL = InternalApi.ROOT + "/capture-credential";
    private static final int MAX_BODY = 128 * 1024;

    private static RequestSpecification gateway() {
        return BrokerRequest.as(Flow.ACME, Scope.CONNECTIONS_WRITE);
    }

    private static RequestSpecification json() {
        return gateway().contentType("application/json");
    }

    private static Map<String, String> connection() {
        return Map.of(
                "workspace_id",
                "ws-" + UUID.randomUUID(),
                "provider_id",
                "api-key",
                "return_url",
                "https://app.example/return?a=%20b#part",
                "unknown",
                "ignored");
    }

    @Test
    void the_steps_of_the_flow_respond_with_json() {
        Response requested = json().body(connection()).post(CONNECTIONS);
        String state = requested.path("state");
        Response schema = json().body(Map.of("state", state)).post(SCHEMA);
        Response captured = json().redirects()
                .follow(false)
                .body(Map.of("state", state, "credentials", Map.of("api_key", "s3cret")))
                .post(CREDENTIAL);

        assertThat(requested.statusCode()).isEqualTo(200);
        assertThat(schema.statusCode()).isEqualTo(200);
        assertThat(schema.<String>path("type")).isEqualTo("object");
        assertThat(captured.statusCode()).isEqualTo(303);
        assertThat(captured.<String>path("connection_id")).isEqualTo(requested.path("connection_id"));
        assertThat(captured.header("Location"))
                .isEqualTo(captured.path("redirect_url"))
                .isEqualTo("https://app.example/return?a=%20b&status=success&connection_id="
                        + requested.<String>path("connection_id") + "#part");
        for (Response response : new Response[] {requested, schema, captured}) {
            assertThat(response.contentType()).startsWith("application/json");
        }
    }

    /** The public Gateway refuses such a return_url. Without a response, the Gateway would wait for its time-out. */
    @Test
    void return_url_that_is_no_header_gets_an_error_after_the_capture() {
        Map<String, String> connection = new HashMap<>(connection());
        connection.put("return_url", "https://app.example/\u0001");
        String state = json().body(connection).post(CONNECTIONS).path("state");

        json().redirects()
                .follow(false)
                .body(Map.of("state", state, "credentials", Map.of("api_key", "s3cret")))
                .post(CREDENTIAL)
                .then()
                .statusCode(500)
                .header("Location", nullValue())
                .body("error", equalTo("internal"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "{", "[]", "\"text\"", "{\"state\": {}, \"workspace_id\": {}}"})
    void body_that_is_not_the_json_of_the_route_is_refused_with_400(String body) {
        for (String path : new String[] {CONNECTIONS, SCHEMA, CREDENTIAL}) {
            json().body(body).post(path).then().statusCode(400).body("error", equalTo("invalid_request"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json|400",
                "APPLICATION/JSON; charset=utf-8|400",
                "text/plain|415",
                "application/octet-stream|415",
                "application/jsonp|415"
            })
    void endpoint_reads_only_json(String type, int status) {
        for (String path : new String[] {CONNECTIONS, SCHEMA, CREDENTIAL}) {
            gateway()
                    .header("Content-Type", type)
                    .body("{".getBytes(StandardCharsets.UTF_8))
                    .post(path)
                    .then()
                    .statusCode(status);
        }
    }

    @Test
    void endpoint_with_a_body_responds_only_with_json() {
        for (String path : new String[] {CONNECTIONS, SCHEMA, CREDENTIAL}) {
            json().header("Accept", "text/plain").body("{").post(path).then().statusCode(406);
        }
    }

    @Test
    void longer_body_is_refused_with_413() {
        byte[] longest = " ".repeat(MAX_BODY).getBytes(StandardCharsets.UTF_8);
        byte[] tooLong = " ".repeat(MAX_BODY + 1).getBytes(StandardCharsets.UTF_8);
        for (String path : new String[] {CONNECTIONS, SCHEMA, CREDENTIAL}) {
            json().body(longest).post(path).then().statusCode(400);
            json().body(tooLong).post(path).then().statusCode(413).body("error", equalTo("payload_too_large"));
            json().body(new ByteArrayInputStream(tooLong)).post(path).then().statusCode(413);
        }
    }
}
