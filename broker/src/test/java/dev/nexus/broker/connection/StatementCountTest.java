package dev.nexus.broker.connection;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.audit.ListAuditEvents;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.capture.ShowCaptureSchema;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.provider.ListProviders;
import dev.nexus.broker.provider.PutProvider;
import dev.nexus.broker.provider.ShowProvider;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.DeleteWebhook;
import dev.nexus.broker.webhook.PutWebhook;
import dev.nexus.broker.webhook.RotateWebhookSecret;
import dev.nexus.broker.webhook.ShowWebhook;
import dev.nexus.contracts.RequestedConnection;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asserts the number of statements of each use case, as PostgreSQL counts them in pg_stat_statements. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class StatementCountTest {

    private static final Precondition NONE = new Precondition(null, null);

    @Inject
    Flow flow;

    @Inject
    CheckConnection check;

    @Inject
    ShowCaptureSchema schemas;

    @Inject
    ListConnections listConnections;

    @Inject
    ListAuditEvents listAuditEvents;

    @Inject
    PutProvider putProvider;

    @Inject
    ListProviders listProviders;

    @Inject
    ShowProvider showProvider;

    @Inject
    PutWebhook putWebhook;

    @Inject
    RotateWebhookSecret rotateWebhookSecret;

    @Inject
    ShowWebhook showWebhook;

    @Inject
    DeleteWebhook deleteWebhook;

    /** Statements of the delivery scheduler. It runs in the background, and no use case waits for it. */
    private static final String DELIVERIES =
            "update webhook_event|as pending, extract|created_at, valid_until from webhook_secret|valid_until <= now";

    private final String workspace = "workspace-" + UUID.randomUUID();

    @BeforeEach
    void createStatisticsExtension() {
        flow.sql("create extension if not exists pg_stat_statements");
    }

    /**
     * The statements that {@code useCase} sent. Omits begin and commit, the settings of a new connection, the scheduled
     * jobs, and PostgreSQL's own checks of foreign keys.
     */
    private List<String> statementsOf(Runnable useCase) {
        flow.sql("select pg_stat_statements_reset()");
        useCase.run();
        List<String> statements = new ArrayList<>();
        for (Row row : flow.sql("""
                select query, calls from pg_stat_statements
                where query !~* 'pg_stat_statements|state_key|skip locked|job_lease|pg_is_in_recovery|group_of|from only|%s|^(begin|commit|rollback|select 1$)'
                """.formatted(DELIVERIES))) {
            for (int i = 0; i < row.getLong("calls"); i++) {
                statements.add(row.getString("query").strip());
            }
        }
        return statements;
    }

    @Test
    void request_connection_is_one_statement() {
        flow.begin(ACME, workspace);

        assertThat(statementsOf(() -> flow.begin(ACME, workspace))).hasSize(1);
        assertThat(transactions()).isZero();
    }

    @Test
    void request_connection_is_one_statement_also_if_it_counts_the_pending_connections() {
        Caller first = new Caller("first-" + workspace, "k", "r");

        assertThat(statementsOf(() -> flow.begin(first, workspace)))
                .singleElement()
                .asString()
                .contains("limit $13");
    }

    @Test
    void capture_schema_is_one_statement() {
        RequestedConnection requested = flow.begin(ACME, workspace);

        assertThat(statementsOf(() -> await(schemas.run(ACME, requested.state()))))
                .hasSize(1);
    }

    @Test
    void capture_credential_is_one_read_and_one_change_without_a_transaction() {
        flow.connect(ACME, workspace, "old");
        RequestedConnection requested = flow.begin(ACME, workspace);

        List<String> statements = statementsOf(() -> flow.capture(ACME, requested, "key"));

        assertThat(statements).hasSize(2);
        assertThat(statements)
                .filteredOn(sql -> sql.contains("pg_advisory_xact_lock"))
                .hasSize(1);
        assertThat(transactions()).isZero();
    }

    /** The transactions that clients have begun since the last call of {@link #statementsOf}, without the jobs'. */
    private long transactions() {
        return flow.count("select coalesce(sum(calls), 0)::bigint from pg_stat_statements where query ~* '^begin'");
    }

    @Test
    void a_webhook_adds_no_statement() {
        Caller withWebhook = new Caller("hooked-" + workspace, "k", "r");
        flow.sql(
                "insert into webhook_endpoint (id, tenant, url) values (gen_random_uuid(), $1, 'https://hooks.invalid/')",
                withWebhook.tenant());
        flow.connect(withWebhook, workspace, "old");
        RequestedConnection requested = flow.begin(withWebhook, workspace);

        List<String> capture = statementsOf(() -> flow.capture(withWebhook, requested, "key"));
        List<String> revoke = statementsOf(() -> flow.revoke(withWebhook, requested.connectionId()));

        assertThat(capture).hasSize(2);
        assertThat(revoke).hasSize(2);
        assertThat(transactions()).as("of the revocation").isEqualTo(1);
        // Two connections are activated, one is superseded, and both are revoked.
        assertThat(flow.count("select count(*) from webhook_event where tenant = $1", withWebhook.tenant()))
                .isEqualTo(5);
        flow.sql("delete from webhook_endpoint where tenant = $1", withWebhook.tenant());
        flow.sql("delete from webhook_event where tenant = $1", withWebhook.tenant());
    }

    @Test
    void check_connection_is_one_statement_without_audit() {
        UUID connection = flow.connect(ACME, workspace, "key");

        List<String> statements = statementsOf(() -> await(check.run(ACME, connection.toString())));

        assertThat(statements).hasSize(1);
        assertThat(statements).noneMatch(sql -> sql.contains("audit_event"));
    }

    @Test
    void a_list_is_one_statement() {
        flow.connect(ACME, workspace, "key");

        List<String> connections = statementsOf(() -> await(
                listConnections.run(ACME, new ListConnections.Query(workspace, null, "active", null, null, null))));
        List<String> events = statementsOf(() ->
                await(listAuditEvents.run(ACME, new ListAuditEvents.Query(null, "k", null, null, null, "1", null))));

        assertThat(connections).hasSize(1);
        assertThat(events).hasSize(1);
    }

    @Test
    void a_token_read_is_one_select_and_one_audit_insert() {
        UUID connection = flow.connect(ACME, workspace, "key");

        List<String> statements = statementsOf(() -> flow.read(ACME, connection));

        assertThat(statements).hasSize(2);
        assertThat(statements)
                .filteredOn(sql -> sql.startsWith("insert into audit_event"))
                .hasSize(1);
    }

    @Test
    void concurrent_token_reads_share_their_audit_inserts() {
        UUID connection = flow.connect(ACME, workspace, "key");
        List<Uni<String>> reads = IntStream.range(0, 200)
                .mapToObj(i -> flow.reading(ACME, connection))
                .toList();

        List<String> statements = statementsOf(() -> await(Uni.join().all(reads).andFailFast()));

        assertThat(statements)
                .filteredOn(sql -> sql.startsWith("insert into audit_event"))
                .hasSizeLessThan(100);
        assertThat(flow.count(
                        "select count(*) from audit_event where connection_id = $1 and action = 'credential.read'",
                        connection))
                .isEqualTo(200);
    }

    @Test
    void putting_a_provider_is_at_most_five_statements() {
        String slug = "counted-" + workspace.substring(10, 18);

        List<String> created = statementsOf(() -> put(slug, "/me"));
        List<String> changed = statementsOf(() -> put(slug, "/you"));
        List<String> unchanged = statementsOf(() -> put(slug, "/you"));

        assertThat(created).hasSize(5);
        assertThat(changed).hasSize(5);
        assertThat(unchanged).hasSize(2);
    }

    private void put(String slug, String path) {
        String body = """
                {"name": "Own", "auth_type": "api_key", "strategy": {"type": "header"},
                 "credential_schema": {"type": "object", "properties": {"api_key": {"type": "string"}}},
                 "base_url": "https://api.example.org", "verification": {"path": "%s"}}
                """.formatted(path);
        await(putProvider.run(ACME, slug, NONE, body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void putting_a_webhook_is_at_most_five_statements_and_rotating_its_secret_at_most_six() {
        Caller withWebhook = new Caller("hooked-" + workspace, "k", "r");

        List<String> created = statementsOf(() -> put(withWebhook, "https://hooks.invalid/1"));
        List<String> changed = statementsOf(() -> put(withWebhook, "https://hooks.invalid/2"));
        List<String> unchanged = statementsOf(() -> put(withWebhook, "https://hooks.invalid/2"));
        List<String> rotated = statementsOf(() -> rotate(withWebhook, "key-1", false));
        List<String> repeated = statementsOf(() -> rotate(withWebhook, "key-1", false));
        List<String> revoked = statementsOf(() -> rotate(withWebhook, "key-2", true));
        List<String> shown = statementsOf(() -> await(showWebhook.run(withWebhook.tenant())));
        List<String> deleted = statementsOf(() -> await(deleteWebhook.run(withWebhook, NONE)));

        assertThat(created).hasSize(5);
        assertThat(changed).hasSize(4);
        assertThat(unchanged).hasSize(3);
        assertThat(rotated).hasSize(6);
        assertThat(repeated).hasSize(3);
        assertThat(revoked).hasSize(6);
        assertThat(shown).hasSize(1);
        assertThat(deleted).hasSize(3);
    }

    private void put(Caller caller, String url) {
        byte[] body = ("{\"url\":\"" + url + "\"}").getBytes(StandardCharsets.UTF_8);
        await(putWebhook.run(caller, NONE, body));
    }

    private void rotate(Caller caller, String idempotencyKey, boolean revokePrevious) {
        await(rotateWebhookSecret.run(
                caller, new RotateWebhookSecret.Request(NONE, Optional.of(idempotencyKey), revokePrevious)));
    }

    @Test
    void a_list_of_providers_and_one_provider_are_one_statement_each() {
        await(listProviders.run(ACME, new ListProviders.Query("50", null, "schema")));

        List<String> list =
                statementsOf(() -> await(listProviders.run(ACME, new ListProviders.Query("50", null, "schema"))));
        List<String> bySlug = statementsOf(() -> await(showProvider.run(ACME.tenant(), "api-key")));

        assertThat(list).hasSize(1);
        assertThat(bySlug).hasSize(1);
    }
}
