package dev.nexus.e2e.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.testsupport.Promise;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The four steps of the connection flow and the token fetch, compared with the specification's examples
 * (golden/*.json).
 */
@ExtendWith(NexusExtension.class)
public class ConnectionFlowIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Backend acme = NexusExtension.acme();

    /** Returns an example as compact JSON. Its members keep their order, and {@code id} is its connection id. */
    private static String golden(String name, String id) throws IOException {
        try (InputStream file = ConnectionFlowIT.class.getResourceAsStream("/golden/" + name + ".json")) {
            return compact(new String(file.readAllBytes(), UTF_8).replace("8f3a1c2d-...", id));
        }
    }

    private static String compact(String json) throws IOException {
        return JSON.readTree(json).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api-key    | header     | {\"api_key\":\"pat_abc123xyz\"}",
                "basic-auth | basic_auth | {\"username\":\"alice\",\"password\":\"pässwörd\"}"
            })
    void flow_matches_the_golden_examples(String provider, String strategy, String credentials) throws IOException {
        Response requested = acme.request(Backend.workspace(), provider, Backend.RETURN_URL);
        Begun begun = Backend.begun(requested);
        assertThat(requested.contentType()).startsWith("application/json");
        requested.then().body("size()", equalTo(2));

        Response schema = acme.schema(begun.state());
        assertThat(compact(schema.asString())).isEqualTo(golden("schema-" + provider, begun.id()));

        Response captured = acme.capture(begun.state(), credentials);
        assertThat(captured.statusCode()).isEqualTo(200);
        assertThat(compact(captured.asString())).isEqualTo(golden("captured", begun.id()));

        acme.check(begun.id())
                .then()
                .statusCode(200)
                .body("status", equalTo("active"))
                .body("connection_id", equalTo(begun.id()))
                .body("provider.slug", equalTo(provider))
                .body("$", not(hasKey("expires_at")));

        Response token = acme.token(begun.id());
        token.then().statusCode(200).body("strategy.type", equalTo(strategy));
        assertThat(new String(token.asByteArray(), UTF_8)).contains("\"credentials\":" + credentials);

        Response refused = acme.refresh(begun.id());
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(compact(refused.asString())).isEqualTo(golden("refresh-refused", begun.id()));
    }

    @Test
    void token_contains_the_defaults_of_the_header_strategy() throws IOException {
        String id = acme.connect(Backend.workspace(), "k");

        assertThat(JSON.readTree(acme.token(id).asByteArray()).get("strategy").toString())
                .isEqualTo("{\"type\":\"header\",\"config\":{\"header_name\":\"Authorization\","
                        + "\"credential_field\":\"api_key\",\"value_prefix\":\"Bearer \"}}");
    }

    @Test
    void auth_url_needs_only_the_state_and_returns_json() throws IOException {
        Begun begun = acme.begin(Backend.workspace());

        Response schema = io.restassured.RestAssured.given()
                .baseUri(acme.gatewayUrl())
                .queryParam("state", begun.state())
                .get("/auth/capture-schema");

        assertThat(schema.statusCode()).isEqualTo(200);
        assertThat(compact(schema.asString())).isEqualTo(golden("schema-api-key", begun.id()));
    }

    @Test
    @Promise(26)
    void auth_url_ignores_host_and_forwarding_headers() {
        Response requested = acme.request()
                .header("Host", "evil.example")
                .header("X-Forwarded-Host", "evil.example")
                .header("X-Forwarded-Proto", "https")
                .header("X-Tenant", "globex")
                .contentType("application/json")
                .body("{\"workspace_id\":\"w\",\"provider_id\":\"api-key\",\"return_url\":\"" + Backend.RETURN_URL
                        + "\"}")
                .post("/v1/request-connection");

        assertThat(requested.<String>path("auth_url")).startsWith(acme.gatewayUrl() + "/auth/capture-schema?state=");
    }

    @Test
    void rotation_links_both_connections() {
        String workspace = Backend.workspace();
        String previous = acme.connect(workspace, "old");
        String successor = acme.connect(workspace, "new");

        acme.check(previous).then().body("status", equalTo("superseded")).body("replaced_by", equalTo(successor));
        acme.check(successor).then().body("status", equalTo("active")).body("replaces[0]", equalTo(previous));
        acme.token(previous)
                .then()
                .statusCode(200)
                .body("credentials.api_key", equalTo("old"))
                .body("replaced_by", equalTo(successor));
    }

    @Test
    void connections_with_different_labels_do_not_supersede_each_other() {
        String workspace = Backend.workspace();
        String plain = acme.connect(workspace, "plain");

        Begun labelled = Backend.begun(acme.post(
                "/v1/request-connection",
                "{\"workspace_id\":\"" + workspace + "\",\"provider_id\":\"api-key\",\"return_url\":\""
                        + Backend.RETURN_URL + "\",\"label\":\"second\"}"));
        acme.captureKey(labelled.state(), "k").then().statusCode(200);

        acme.check(plain).then().body("status", equalTo("active"));
        acme.check(labelled.id()).then().body("status", equalTo("active")).body("label", equalTo("second"));
    }

    @Test
    void revocation_is_idempotent_and_stops_token_reads() {
        String id = acme.connect(Backend.workspace(), "k");

        acme.revoke(id).then().statusCode(204);
        acme.revoke(id).then().statusCode(204);

        acme.check(id).then().body("status", equalTo("revoked"));
        acme.token(id).then().statusCode(409).body("error", equalTo("connection_not_active"));
    }
}
