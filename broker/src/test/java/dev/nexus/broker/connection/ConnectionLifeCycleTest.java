package dev.nexus.broker.connection;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.GLOBEX;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ConnectionLifeCycleTest {

    @Inject
    Flow flow;

    @Inject
    CheckConnection check;

    @Inject
    ListConnections list;

    @Inject
    RefuseRefresh refresh;

    @Inject
    ConnectionSweeper sweeper;

    @Inject
    ObjectMapper json;

    private static String workspace() {
        return "workspace-" + UUID.randomUUID();
    }

    private JsonNode check(UUID id) {
        return json.valueToTree(await(check.run(ACME, id.toString())));
    }

    private JsonNode list(
            Caller caller, String workspace, @Nullable String status, @Nullable String limit, @Nullable String cursor) {
        return json.valueToTree(
                await(list.run(caller, new ListConnections.Query(workspace, "api-key", status, null, limit, cursor))));
    }

    @Test
    void a_pending_connection_has_exactly_the_documented_fields_and_its_expiry() {
        RequestedConnection requested = flow.begin(ACME, workspace());

        JsonNode connection = check(requested.connectionId());

        assertThat(connection.get("status").asText()).isEqualTo("pending");
        assertThat(connection.get("expires_at").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(connection.properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactlyInAnyOrder(
                        "connection_id", "status", "workspace_id", "provider", "created_at", "expires_at");
    }

    @Test
    void a_connection_is_expired_from_its_expiry_time() {
        RequestedConnection requested = flow.begin(ACME, workspace());

        flow.sql("update connection set expires_at = now() where id = $1", requested.connectionId());

        assertThat(check(requested.connectionId()).get("status").asText()).isEqualTo("expired");
        assertThat(flow.status(requested.connectionId())).isEqualTo("pending");
    }

    @Test
    void the_sweeper_marks_expired_connections_and_audits_each_once() {
        List<UUID> due = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            due.add(flow.begin(ACME, workspace()).connectionId());
        }
        flow.sql("update connection set expires_at = now() where id = any($1)", (Object) due.toArray(UUID[]::new));

        await(sweeper.sweep());
        await(sweeper.sweep());

        for (UUID id : due) {
            assertThat(flow.status(id)).isEqualTo("expired");
            assertThat(audited(id, "connection.expired")).isEqualTo(1);
        }
    }

    @Test
    void the_sweeper_destroys_a_ciphertext_after_its_grace_period_and_the_token_is_refused() {
        String workspace = workspace();
        UUID superseded = flow.connect(ACME, workspace, "old");
        UUID successor = flow.connect(ACME, workspace, "new");
        flow.sql("update credential set destroy_at = now() where connection_id = $1", superseded);
        assertThat(refusal(flow.reading(ACME, superseded))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);

        await(sweeper.sweep());

        assertThat(flow.count("select count(*) from credential where connection_id = $1", superseded))
                .isZero();
        assertThat(audited(superseded, "credential.destroyed")).isEqualTo(1);
        assertThat(check(superseded).get("replaced_by").asText()).isEqualTo(successor.toString());
        assertThat(check(successor).get("replaces").get(0).asText()).isEqualTo(superseded.toString());
    }

    @Test
    void revoking_destroys_the_ciphertext_and_is_idempotent() {
        UUID connection = flow.connect(ACME, workspace(), "key");

        flow.revoke(ACME, connection);
        flow.revoke(ACME, connection);

        assertThat(check(connection).get("status").asText()).isEqualTo("revoked");
        assertThat(check(connection).has("revoked_at")).isTrue();
        assertThat(flow.count("select count(*) from credential where connection_id = $1", connection))
                .isZero();
        assertThat(audited(connection, "connection.revoked")).isEqualTo(1);
        assertThat(refusal(flow.reading(ACME, connection))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
    }

    @Test
    void revoking_the_active_connection_revokes_superseded_connections_in_their_grace_period() {
        String workspace = workspace();
        UUID ended = flow.connect(ACME, workspace, "first");
        UUID second = flow.connect(ACME, workspace, "second");
        UUID third = flow.connect(ACME, workspace, "third");
        UUID active = flow.connect(ACME, workspace, "fourth");
        UUID another = flow.connect(ACME, workspace(), "another");
        flow.sql("delete from credential where connection_id = $1", ended);

        flow.revoke(ACME, active);

        for (UUID id : List.of(second, third, active)) {
            assertThat(check(id).get("status").asText()).isEqualTo("revoked");
            assertThat(refusal(flow.reading(ACME, id))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
            assertThat(audited(id, "connection.revoked")).isEqualTo(1);
            assertThat(audited(id, "credential.destroyed")).isEqualTo(1);
        }
        assertThat(check(ended).get("status").asText()).isEqualTo("superseded");
        assertThat(audited(ended, "connection.revoked")).isZero();
        assertThat(flow.read(ACME, another)).contains("another");
    }

    @Test
    void revoking_a_superseded_connection_keeps_its_successor_and_revokes_its_predecessors() {
        String workspace = workspace();
        UUID first = flow.connect(ACME, workspace, "first");
        UUID second = flow.connect(ACME, workspace, "second");
        UUID active = flow.connect(ACME, workspace, "third");

        flow.revoke(ACME, second);

        assertThat(flow.status(first)).isEqualTo("revoked");
        assertThat(flow.status(second)).isEqualTo("revoked");
        assertThat(flow.read(ACME, active)).contains("third");
    }

    @Test
    void concurrent_revocations_of_one_chain_revoke_each_connection_once() {
        String workspace = workspace();
        List<UUID> chain = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            chain.add(flow.connect(ACME, workspace, "key-" + i));
        }

        await(Uni.join()
                .all(chain.stream().map(id -> flow.revoking(ACME, id)).toList())
                .andFailFast());

        for (UUID id : chain) {
            assertThat(flow.status(id)).isEqualTo("revoked");
            assertThat(audited(id, "connection.revoked")).isEqualTo(1);
        }
    }

    @Test
    void each_matching_connection_is_found_on_pages_that_end_at_the_scan_budget() {
        String workspace = workspace();
        UUID oldest = flow.connect(ACME, workspace, "key");
        flow.sql("""
                insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, created_at,
                                        expires_at, status, revoked_at)
                select ('ffffffff-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'acme', $1, p.id, p.schema_version,
                       'https://a.example/', now(), now(), 'revoked', now()
                from generate_series(1, 4500) n, (select id, schema_version from provider where slug = 'api-key') p
                """, workspace);

        List<String> found = new ArrayList<>();
        int pages = 0;
        String cursor = null;
        do {
            JsonNode page = list(ACME, workspace, "active", null, cursor);
            page.get("connections")
                    .forEach(one -> found.add(one.get("connection_id").asText()));
            cursor = page.has("next_cursor") ? page.get("next_cursor").asText() : null;
            pages++;
        } while (cursor != null);

        assertThat(found).containsExactly(oldest.toString());
        assertThat(pages).isEqualTo(3);
        flow.sql("delete from connection where workspace_id = $1 and status = 'revoked'", workspace);
    }

    @Test
    void a_connection_of_a_deleted_provider_is_listed_as_revoked_before_the_sweep() {
        String workspace = workspace();
        UUID provider = UUID.randomUUID();
        flow.sql("""
                with new_provider as (
                    insert into provider (id, tenant, slug, name, auth_type, schema_version, deleted_at)
                    values ($1, 'acme', $2, 'Gone', 'api_key', 1, now()) returning id
                )
                insert into provider_version (provider_id, version, credential_schema, strategy)
                select id, 1, '{}', '{}' from new_provider
                """, provider, "gone-" + provider.toString().substring(0, 8));
        // Newer than all other connections, so that it is on the first page.
        UUID connection = new UUID(0xfffffffe_0000_7000L, provider.getLeastSignificantBits());
        flow.sql("""
                insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, created_at,
                                        expires_at, status, activated_at)
                values ($1, 'acme', $2, $3, 1, 'https://a.example/', now(), now(), 'active', now())
                """, connection, workspace, provider);

        JsonNode listed = json.valueToTree(
                await(list.run(ACME, new ListConnections.Query(null, null, "revoked", null, "200", null))));

        assertThat(listed.get("connections"))
                .anyMatch(one -> one.get("connection_id").asText().equals(connection.toString()));
        flow.sql("delete from connection where id = $1", connection);
    }

    @Test
    void a_token_of_a_pending_connection_is_refused() {
        UUID pending = flow.begin(ACME, workspace()).connectionId();

        assertThat(refusal(flow.reading(ACME, pending))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThatThrownBy(() -> flow.read(ACME, pending))
                .hasMessageContaining("no credential has been submitted yet. Submit one with capture-credential");
    }

    @Test
    void refresh_is_refused_as_static_token_and_as_not_found_for_another_tenant() {
        UUID pending = flow.begin(ACME, workspace()).connectionId();

        assertThat(refusal(refresh.run(ACME, pending.toString()))).isEqualTo(ErrorCode.STATIC_TOKEN);
        assertThat(refusal(refresh.run(GLOBEX, pending.toString()))).isEqualTo(ErrorCode.CONNECTION_NOT_FOUND);
    }

    @Test
    @Promise(19)
    void a_connection_is_not_found_for_another_tenant() {
        String workspace = workspace();
        UUID connection = flow.connect(ACME, workspace, "key");

        assertThat(refusal(check.run(GLOBEX, connection.toString()))).isEqualTo(ErrorCode.CONNECTION_NOT_FOUND);
        assertThat(refusal(flow.reading(GLOBEX, connection))).isEqualTo(ErrorCode.CONNECTION_NOT_FOUND);
        assertThat(refusal(flow.revoking(GLOBEX, connection))).isEqualTo(ErrorCode.CONNECTION_NOT_FOUND);
        assertThat(list(GLOBEX, workspace, null, null, null).get("connections")).isEmpty();
        assertThat(flow.status(connection)).isEqualTo("active");
    }

    @Test
    void pages_contain_each_connection_once_newest_first() {
        String workspace = workspace();
        List<String> requested = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            requested.add(0, flow.begin(ACME, workspace).connectionId().toString());
        }

        List<String> listed = new ArrayList<>();
        String cursor = null;
        do {
            JsonNode page = list(ACME, workspace, "pending", "3", cursor);
            page.get("connections")
                    .forEach(one -> listed.add(one.get("connection_id").asText()));
            cursor = page.has("next_cursor") ? page.get("next_cursor").asText() : null;
        } while (cursor != null);

        assertThat(listed).containsExactlyElementsOf(requested);
    }

    @Test
    void the_status_filter_uses_the_current_status() {
        String workspace = workspace();
        UUID expired = flow.begin(ACME, workspace).connectionId();
        flow.sql("update connection set expires_at = now() where id = $1", expired);
        UUID active = flow.connect(ACME, workspace, "key");

        assertThat(list(ACME, workspace, "pending", null, null).get("connections"))
                .isEmpty();
        assertThat(list(ACME, workspace, "expired", null, null)
                        .at("/connections/0/connection_id")
                        .asText())
                .isEqualTo(expired.toString());
        assertThat(list(ACME, workspace, "active", null, null)
                        .at("/connections/0/connection_id")
                        .asText())
                .isEqualTo(active.toString());
    }

    @Test
    void an_unknown_provider_is_refused() {
        assertThat(refusal(flow.beginning(ACME, workspace(), "no-such-provider")))
                .isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
        assertThat(refusal(flow.beginning(ACME, workspace(), UUID.randomUUID().toString())))
                .isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
    }

    private long audited(UUID connection, String action) {
        return flow.count(
                "select count(*) from audit_event where connection_id = $1 and action = $2", connection, action);
    }
}
