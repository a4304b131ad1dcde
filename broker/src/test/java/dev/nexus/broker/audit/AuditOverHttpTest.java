package dev.nexus.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.testing.BrokerRequest;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.Scope;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.Search;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads audit events over HTTP as the Gateway does. Also tests requests that the Broker refuses. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class AuditOverHttpTest {

    private static final String ADDRESS_HEADER = "Nexus-Client-Address";
    private static final String[] SCOPES = {
        Scope.CONNECTIONS_WRITE,
        Scope.CONNECTIONS_READ,
        Scope.TOKENS_READ,
        Scope.PROVIDERS_ADMIN,
        Scope.WEBHOOKS_ADMIN,
        Scope.AUDIT_READ
    };
    private static final String PROVIDER = """
            {"name": "Own", "auth_type": "api_key",
             "credential_schema": {"type": "object", "required": ["api_key"], "properties": {"api_key": {"type": "string"}}},
             "strategy": {"type": "header", "config": {"header_name": "X-Key", "credential_field": "api_key"}}}
            """;

    @Inject
    MeterRegistry meters;

    @Inject
    Flow flow;

    private static String tenant() {
        return "t-" + UUID.randomUUID();
    }

    private static RequestSpecification as(String tenant, String key, String address) {
        return BrokerRequest.as(new Caller(tenant, key, "request-1"), SCOPES)
                .urlEncodingEnabled(false)
                .redirects()
                .follow(false)
                .header(ADDRESS_HEADER, address)
                .contentType("application/json");
    }

    private static String begin(String tenant, String key, String address, String workspace) {
        return as(tenant, key, address)
                .body(Map.of(
                        "workspace_id",
                        workspace,
                        "provider_id",
                        "api-key",
                        "return_url",
                        "https://your-app.com/connections/callback"))
                .post("/internal/v1/connections")
                .then()
                .statusCode(200)
                .extract()
                .path("state");
    }

    private static String connect(String tenant, String key, String address, String workspace) {
        return as(tenant, key, address)
                .body(Map.of(
                        "state", begin(tenant, key, address, workspace), "credentials", Map.of("api_key", "pat_1")))
                .post("/internal/v1/capture-credential")
                .then()
                .statusCode(303)
                .extract()
                .path("connection_id");
    }

    private static List<Map<String, String>> events(String tenant, String query) {
        return as(tenant, "reader", "192.0.2.1")
                .get("/internal/v1/audit-events?limit=200" + query)
                .then()
                .statusCode(200)
                .extract()
                .path("events");
    }

    @Test
    void each_event_of_a_caller_has_the_client_address() {
        String tenant = tenant();
        String address = "203.0.113.7";

        String first = connect(tenant, "k", address, "w");
        String second = connect(tenant, "k", address, "w");
        as(tenant, "k", address)
                .get("/internal/v1/connections/" + second + "/token")
                .then()
                .statusCode(200);
        as(tenant, "k", address)
                .post("/internal/v1/connections/" + second + "/verify")
                .then()
                .statusCode(200);
        as(tenant, "k", address)
                .delete("/internal/v1/connections/" + second)
                .then()
                .statusCode(204);
        as(tenant, "k", address)
                .delete("/internal/v1/connections/" + first)
                .then()
                .statusCode(204);
        as(tenant, "k", address)
                .body(PROVIDER)
                .put("/internal/v1/providers/own")
                .then()
                .statusCode(201);
        as(tenant, "k", address).delete("/internal/v1/providers/own").then().statusCode(204);
        as(tenant, "k", address)
                .body("{\"url\": \"https://a.example/\"}")
                .put("/internal/v1/webhook")
                .then()
                .statusCode(201);
        as(tenant, "k", address).post("/internal/v1/webhook/secret").then().statusCode(200);
        as(tenant, "k", address).delete("/internal/v1/webhook").then().statusCode(204);

        List<Map<String, String>> events = events(tenant, "&key_id=k");
        assertThat(events)
                .extracting(event -> event.get("action"))
                .contains(
                        "connection.requested",
                        "connection.activated",
                        "connection.superseded",
                        "credential.read",
                        "connection.revoked",
                        "credential.destroyed",
                        "provider.changed",
                        "provider.deleted",
                        "webhook.changed",
                        "webhook.secret_rotated",
                        "webhook.deleted");
        assertThat(events).allSatisfy(event -> assertThat(event).containsEntry("client_address", address));
    }

    @ParameterizedTest
    @CsvSource({"2001:db8::1, true", "'', false", "not an address, false", "203.0.113.7';--, false"})
    void only_a_valid_client_address_is_stored(String address, boolean kept) {
        String tenant = tenant();

        begin(tenant, "k", address, "w");

        assertThat(events(tenant, "&key_id=k").get(0).containsKey("client_address"))
                .isEqualTo(kept);
    }

    @Test
    void the_key_filter_finds_only_events_of_that_key_and_tenant() {
        String tenant = tenant();
        begin(tenant, "key-1", "203.0.113.1", "w-1");
        begin(tenant, "key-2", "203.0.113.2", "w-2");
        begin(tenant(), "key-1", "203.0.113.3", "w-3");

        assertThat(events(tenant, "&key_id=key-1"))
                .extracting(event -> event.get("workspace_id"))
                .containsExactly("w-1");
        assertThat(events(tenant, "&key_id=key-1&action=connection.requested")).hasSize(1);
        assertThat(events(tenant, "&key_id=key-3")).isEmpty();
    }

    @Test
    void pages_contain_each_event_of_the_time_range_once_newest_first() {
        String tenant = tenant();
        for (int i = 0; i < 5; i++) {
            begin(tenant, "k", "203.0.113.1", "w-" + i);
        }
        // One statement can write many events with the same time. Only their ids order them.
        flow.sql("""
                insert into audit_event (tenant, at, action, outcome, key_id, request_id)
                select $1, '2020-01-01T00:00:00.123456Z', 'webhook.changed', 'success', 'k', 'r' from generate_series(1, 4)
                """, tenant);
        List<String> all =
                events(tenant, "").stream().map(event -> event.get("id")).toList();

        List<String> paged = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonPath page = as(tenant, "reader", "192.0.2.1")
                    .get("/internal/v1/audit-events?limit=2&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z"
                            + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .jsonPath();
            paged.addAll(page.getList("events.id", String.class));
            cursor = page.getString("next_cursor");
        }

        assertThat(all).hasSize(9);
        assertThat(paged).containsExactlyElementsOf(all);
        assertThat(events(tenant, "&to=2020-01-01T00:00:00.123457Z"))
                .hasSize(4)
                .allSatisfy(event -> assertThat(event).containsEntry("at", "2020-01-01T00:00:00.123Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"state\": 1}",
                "{\"state\": \"x\"}",
                "{\"state\": \"x\", \"credentials\": []}",
                "{\"state\": \"x\", \"credentials\": {\"a\": 1, \"a\": 2}}"
            })
    void a_malformed_capture_is_counted(String body) {
        double before = refusedCaptures();

        Response refused = as(tenant(), "k", "203.0.113.7").body(body).post("/internal/v1/capture-credential");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refusedCaptures()).isEqualTo(before + 1);
    }

    private double refusedCaptures() {
        return Search.in(meters).name("nexus.captures").tag("outcome", "invalid_request").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/connections?workspaceId=a",
                "/connections?workspace_id=",
                "/connections?limit=1&limit=2",
                "/connections?WORKSPACE_ID=a",
                "/audit-events?keyid=a",
                "/audit-events?key_id",
                "/providers?unknown=1",
                "/webhook?unknown=1",
                "/connections/8f3a1c2d-0000-4000-8000-000000000000?unknown=1",
                "/connections/8f3a1c2d-0000-4000-8000-000000000000/token?unknown=1"
            })
    void an_unknown_or_malformed_query_parameter_is_refused(String query) {
        Response refused = as(tenant(), "k", "203.0.113.7").get("/internal/v1" + query);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.path("error").toString()).isEqualTo("invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/providers/%3Bx", "/providers/;x", "/providers;x", "/connections;limit=1"})
    void a_path_with_a_semicolon_is_not_found(String path) {
        Response refused = as(tenant(), "k", "203.0.113.7").get("/internal/v1" + path);

        assertThat(refused.statusCode()).isEqualTo(404);
    }
}
