package dev.nexus.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.PreviousRelease;
import dev.nexus.testsupport.Promise;
import io.restassured.response.Response;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tenant isolation and scopes: the ids of another tenant look unknown, and a missing scope returns 403. */
@ExtendWith(NexusExtension.class)
public class TenantAndScopeIT {

    private final Backend acme = NexusExtension.acme();
    private final Backend globex = NexusExtension.globex();

    private static String statusAndBody(Response response) {
        return response.statusCode() + " " + response.asString();
    }

    @Test
    @Promise(19)
    void id_of_another_tenant_is_not_found_on_any_route() {
        String id = acme.connect(Backend.workspace(), "acmes-own");

        for (Function<String, Response> route : routesOfGlobex()) {
            route.apply(id).then().statusCode(404).body("error", equalTo("connection_not_found"));
        }

        acme.token(id).then().statusCode(200).body("credentials.api_key", equalTo("acmes-own"));
    }

    /** Tagged as new, because the previous release has another message. */
    @Test
    @Tag(PreviousRelease.NEW)
    @Promise(19)
    void id_of_another_tenant_is_answered_like_an_unknown_id_on_each_route() {
        String id = acme.connect(Backend.workspace(), "acmes-own");
        String unknown = UUID.randomUUID().toString();

        for (Function<String, Response> route : routesOfGlobex()) {
            Response others = route.apply(id);
            assertThat(others.statusCode()).isEqualTo(404);
            assertThat(statusAndBody(others)).isEqualTo(statusAndBody(route.apply(unknown)));
        }

        acme.token(id).then().statusCode(200).body("credentials.api_key", equalTo("acmes-own"));
    }

    private List<Function<String, Response>> routesOfGlobex() {
        return List.of(globex::check, globex::token, globex::refresh, globex::revoke);
    }

    @Test
    @Promise(19)
    void state_of_another_tenant_is_answered_like_an_invalid_state() {
        Begun begun = acme.begin(Backend.workspace());

        assertThat(statusAndBody(globex.schema(begun.state()))).isEqualTo(statusAndBody(globex.schema("x")));
        assertThat(statusAndBody(globex.captureKey(begun.state(), "k")))
                .isEqualTo(statusAndBody(globex.captureKey("x", "k")));

        acme.check(begun.id()).then().body("status", equalTo("pending"));
    }

    @Test
    @Promise(19)
    void lists_and_audit_contain_only_the_rows_of_the_tenant() {
        String workspace = Backend.workspace();
        String id = acme.connect(workspace, "k");
        acme.token(id).then().statusCode(200);

        globex.request()
                .queryParam("workspace_id", workspace)
                .get("/v1/connections")
                .then()
                .body("connections.size()", equalTo(0));
        globex.request()
                .queryParam("connection_id", id)
                .get("/v1/audit-events")
                .then()
                .body("events.size()", equalTo(0));
        List<String> actions = acme.request()
                .queryParam("connection_id", id)
                .get("/v1/audit-events")
                .path("events.action");
        assertThat(actions).containsExactly("credential.read", "connection.activated", "connection.requested");
    }

    @Test
    @Promise(20)
    void missing_scope_is_rejected_with_403() {
        String id = acme.connect(Backend.workspace(), "k");

        assertScopeRequired(
                "connections:write", key -> key.post("/v1/request-connection", "{}"), key -> key.schema("x"));
        assertScopeRequired("connections:write", key -> key.captureKey("x", "k"), key -> key.revoke(id));
        assertScopeRequired(
                "connections:read", key -> key.request().get("/v1/connections?limit=1"), key -> key.check(id));
        assertScopeRequired(
                "providers:admin",
                key -> key.request().contentType("application/json").body("{}").put("/v1/providers/x"),
                key -> key.request().delete("/v1/providers/x"));
        assertScopeRequired(
                "connections:write",
                key -> key.request().post("/v1/check-connection/" + id + "/verify"),
                key -> key.revoke(id));
        assertScopeRequired("tokens:read", key -> key.token(id), key -> key.refresh(id));
        assertScopeRequired(
                "audit:read",
                key -> key.request().get("/v1/audit-events"),
                key -> key.request().get("/v1/audit-events?limit=1"));
    }

    @Test
    @Tag(PreviousRelease.NEW)
    @Promise(20)
    void each_webhook_route_requires_the_webhook_scope() {
        assertScopeRequired(
                "webhooks:admin",
                key -> key.request().contentType("application/json").body("{}").put("/v1/webhook"),
                key -> key.request().get("/v1/webhook"));
        assertScopeRequired(
                "webhooks:admin",
                key -> key.request().delete("/v1/webhook"),
                key -> key.request().post("/v1/webhook/secret"));
    }

    @Test
    @Tag(PreviousRelease.NEW)
    void connection_path_returns_the_same_as_check_connection() {
        String id = acme.connect(Backend.workspace(), "k");

        Response shown = acme.request().get("/v1/connections/{id}", id);

        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.asString()).isEqualTo(acme.check(id).asString());
        globex.request().get("/v1/connections/{id}", id).then().statusCode(404);
        assertScopeRequired(
                "connections:read",
                key -> key.request().get("/v1/connections/{id}", id),
                key -> key.request().get("/v1/connections/{id}", UUID.randomUUID()));
    }

    @Test
    void connection_readers_and_administrators_can_read_providers() {
        Backend captureOnly = NexusExtension.captureOnly();
        captureOnly.request().get("/v1/providers/api-key").then().statusCode(200);
        captureOnly.request().get("/v1/providers").then().statusCode(200);
        NexusExtension.acmeWithout("connections:read")
                .request()
                .get("/v1/providers/api-key")
                .then()
                .statusCode(200);
    }

    private static void assertScopeRequired(
            String scope, Function<Backend, Response> first, Function<Backend, Response> second) {
        Backend without = NexusExtension.acmeWithout(scope);
        for (Function<Backend, Response> route : List.of(first, second)) {
            route.apply(without).then().statusCode(403).body("error", equalTo("forbidden"));
        }
    }

    @Test
    @Promise(20)
    void capture_only_key_of_the_quickstart_cannot_read_tokens() {
        Backend captureOnly = NexusExtension.captureOnly();
        String id = captureOnly.connect(Backend.workspace(), "k");

        captureOnly.check(id).then().statusCode(200).body("status", equalTo("active"));
        captureOnly.token(id).then().statusCode(403).body("error", equalTo("forbidden"));
    }
}
