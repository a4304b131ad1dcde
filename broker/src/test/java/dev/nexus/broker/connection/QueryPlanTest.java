package dev.nexus.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.audit.AuditLists;
import dev.nexus.broker.audit.AuditLists.AuditList;
import dev.nexus.broker.capture.CaptureSql;
import dev.nexus.broker.connection.ConnectionListQuery.Filter;
import dev.nexus.broker.database.ScanBudget;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.HibernateStatements;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * PostgreSQL's plans: the listed statements and all list filters use an index and read a bounded number of database
 * pages.
 */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class QueryPlanTest {

    @Inject
    Pool pool;

    @Inject
    ConnectionRepository connections;

    @Inject
    AuditLists auditLists;

    @Inject
    DataSource jdbc;

    private static boolean filled;

    @BeforeEach
    void fill() throws SQLException {
        if (filled) {
            return;
        }
        insert("""
                insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, created_at,
                                        expires_at, status, activated_at)
                select gen_random_uuid(), 'tenant-' || n % 20, 'w-' || n, p.id, p.schema_version, 'https://a.example/',
                       now(), now() + interval '1 hour', case when n % 2 = 0 then 'active' else 'pending' end, now()
                from generate_series(1, 20000) n, (select id, schema_version from provider where slug = 'api-key') p
                """);
        insert("""
                insert into audit_event (tenant, action, outcome, connection_id, key_id, request_id)
                select tenant, 'credential.read', 'success', id, 'k', 'r' from connection where tenant like 'tenant-%'
                """);
        skew();
        insert("""
                insert into credential (connection_id, cipher, key_version, ciphertext)
                select id, 'local', 1, '\\x00' from connection
                where status = 'active' and (tenant like 'tenant-%' or tenant = 'skewed')
                """);
        insert("analyze");
        filled = true;
    }

    /**
     * Inserts a tenant whose connections and events are similar, so that a filter finds nearly all rows or none. The
     * rows of a scan are in different pages, so that each row costs a page.
     */
    private void skew() throws SQLException {
        insert("""
                insert into connection (id, tenant, workspace_id, provider_id, schema_version, label, return_url,
                                        created_at, expires_at, status, activated_at)
                select gen_random_uuid(), 'skewed', case when n % 2 = 0 then 'w-big' else 'w-' || n end, p.id,
                       p.schema_version, case when n % 2 = 1 then 'l-big' else 'l-' || n end, 'https://a.example/',
                       now(), now() + interval '1 hour', 'active', now()
                from generate_series(1, 40000) n, (select id, schema_version from provider where slug = 'api-key') p
                """);
        insert("""
                insert into audit_event (tenant, at, action, outcome, connection_id, key_id, request_id)
                select 'skewed', now() - n * interval '1 second', 'credential.read', 'success',
                       case when n %% 2 = 0 then '%s'::uuid else gen_random_uuid() end,
                       case when n %% 3 = 0 then 'k-big' else 'k-' || n end, 'r'
                from generate_series(1, 40000) n order by random()
                """.formatted(READ_MOST));
    }

    private static final UUID READ_MOST = new UUID(0, 7);

    /** Uses the driver of the migrations, because these statements exceed the time-out of the Broker's pool. */
    private void insert(String sql) throws SQLException {
        try (Connection connection = jdbc.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * A list page that uses the whole scan budget reads 5 database pages for each row. It reads each row twice, for the
     * hits and for the end of the page, and reads the row's provider by an index of two levels. Without the budget, it
     * would read 5 database pages for each of the 20,000 rows that a filter finds.
     */
    private static final long BOUNDED = 6L * ScanBudget.ROWS;

    /** The most database pages for a list page of 50 rows: the rows, their providers and each level of the indexes. */
    private static final long ONE_PAGE = 1_500;

    private long buffers(String sql, List<Object> values, String planCacheMode) {
        String arguments = values.stream()
                .map(value -> value instanceof Integer ? value.toString() : "'" + value + "'")
                .collect(Collectors.joining(", "));
        return Flow.await(pool.withConnection(connection -> connection
                .query("set plan_cache_mode = " + planCacheMode)
                .execute()
                .chain(() -> connection.query("prepare measured as " + sql).execute())
                .chain(() -> connection
                        .query("explain (analyze, buffers, format json) execute measured(" + arguments + ")")
                        .execute())
                .map(rows ->
                        rows.iterator().next().getJsonArray(0).getJsonObject(0).getJsonObject("Plan"))
                .map(plan -> plan.getLong("Shared Hit Blocks") + plan.getLong("Shared Read Blocks"))
                .call(() -> connection
                        .query("deallocate measured; reset plan_cache_mode")
                        .execute())));
    }

    /** A statement that Hibernate has sent, with the values of its placeholders. */
    private record Sent(String sql, List<Object> values) {}

    private Sent sent(Filter filter) {
        ConnectionListQuery query = ConnectionListQuery.of("skewed", filter, 51);
        return sent(() -> Flow.await(connections.page("skewed", filter, 51)), query.sql(), query.values());
    }

    /** The only statement that {@code list} sends. Its values are those of the named parameters of {@code query}. */
    private static Sent sent(Runnable list, String query, Map<String, Object> values) {
        try (HibernateStatements sent = HibernateStatements.open()) {
            list.run();

            assertThat(sent.all()).hasSize(1);
            return new Sent(
                    sent.all().get(0),
                    HibernateStatements.parameters(query).stream()
                            .map(values::get)
                            .toList());
        }
    }

    private static final String[] MODES = {"force_generic_plan", "force_custom_plan"};

    @Test
    @Promise(14)
    void each_combination_of_connection_filters_reads_a_bounded_number_of_pages() {
        for (String workspace : new String[] {null, "w-big"}) {
            for (String provider : new String[] {null, "api-key", "no-such-provider"}) {
                for (String label : new String[] {null, "l-big"}) {
                    for (ConnectionStatus status : statuses()) {
                        Filter filter = new Filter(workspace, provider, status, label, null);
                        Sent list = sent(filter);
                        for (String mode : MODES) {
                            assertThat(buffers(list.sql(), list.values(), mode))
                                    .as("%s with %s", filter, mode)
                                    .isLessThan(BOUNDED);
                        }
                    }
                }
            }
        }
    }

    private static List<ConnectionStatus> statuses() {
        List<ConnectionStatus> statuses = new ArrayList<>(List.of(ConnectionStatus.values()));
        statuses.add(null);
        return statuses;
    }

    @Test
    @Promise(14)
    void a_single_filter_without_hits_reads_few_pages() {
        for (Filter filter : List.of(
                new Filter("no-such-workspace", null, null, null, null),
                new Filter(null, "no-such-provider", null, null, null),
                new Filter(null, null, ConnectionStatus.REVOKED, null, null),
                new Filter(null, null, ConnectionStatus.SUPERSEDED, null, null),
                new Filter(null, null, ConnectionStatus.EXPIRED, null, null),
                new Filter(null, null, ConnectionStatus.PENDING, null, null),
                new Filter(null, null, null, "no-such-label", null))) {
            Sent list = sent(filter);
            for (String mode : MODES) {
                assertThat(buffers(list.sql(), list.values(), mode))
                        .as("%s with %s", filter, mode)
                        .isLessThan(ONE_PAGE);
            }
        }
    }

    @Test
    @Promise(14)
    void each_combination_of_audit_filters_reads_a_bounded_number_of_pages() {
        for (AuditList list : AuditLists.all("skewed", READ_MOST, "k-big")) {
            Sent statement = sent(() -> auditLists.run(list), list.sql(), list.values());
            for (String mode : MODES) {
                assertThat(buffers(statement.sql(), statement.values(), mode))
                        .as("%s with %s", list, mode)
                        .isLessThan(BOUNDED);
            }
        }
    }

    /** The tenant 'skewed' has 40,000 connections, but none is pending. The tenant 'tenant-1' has 1,000 pending ones. */
    @Test
    void a_request_counts_only_pending_connections_of_the_tenant_and_only_up_to_the_quota() {
        for (String mode : MODES) {
            assertThat(buffers(BeginStatements.COUNT_AND_BEGIN_BY_SLUG, begin("skewed", 5_000), mode))
                    .as("no pending connection, with %s", mode)
                    .isLessThan(300);
            assertThat(buffers(BeginStatements.COUNT_AND_BEGIN_BY_SLUG, begin("tenant-1", 100), mode))
                    .as("more pending connections than the quota, with %s", mode)
                    .isLessThan(300);
        }
    }

    /** The provider does not exist, so that the statement counts but inserts nothing. */
    private static List<Object> begin(String tenant, int quota) {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        return List.of(
                UUID.randomUUID(),
                tenant,
                "w",
                "no-such-provider",
                "",
                "https://a.example/",
                now,
                now.plusMinutes(10),
                "k",
                "r",
                "name",
                "127.0.0.1",
                quota);
    }

    @Test
    void a_page_of_the_audit_trail_reads_a_bounded_number_of_pages() {
        AuditLists.trail("skewed", READ_MOST, 100).forEach((sql, values) -> {
            for (String mode : MODES) {
                assertThat(buffers(sql, values, mode))
                        .as("%s with %s", sql, mode)
                        .isLessThan(ONE_PAGE);
            }
        });
    }

    /** The most database pages for a batch of the sweeper: its rows, their providers and all indexes that it writes. */
    private static final long ONE_BATCH = 10_000;

    private static final String BACKLOG = """
            with deleted_provider as (
                insert into provider (id, tenant, slug, name, auth_type, schema_version, deleted_at)
                values (gen_random_uuid(), 'backlog', 'deleted', 'Deleted', 'api_key', 1, %2$s) returning id
            ), version as (
                insert into provider_version (provider_id, version, credential_schema, strategy)
                select id, 1, '{}', '{}' from deleted_provider
            )
            insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, created_at,
                                    expires_at, status, activated_at)
            select gen_random_uuid(), 'backlog', 'w-' || n, deleted_provider.id, 1, 'https://a.example/', now(),
                   now() - n * interval '1 second', '%1$s', now()
            from generate_series(1, 20000) n, deleted_provider
            """;

    @Test
    @Promise(14)
    void the_sweeper_reads_only_a_batch_of_the_backlog() throws SQLException {
        assertThat(buffers(BACKLOG.formatted("pending", "null"), SweepStatements.EXPIRE))
                .isBetween(100L, ONE_BATCH);
        assertThat(buffers(BACKLOG.formatted("active", "now()"), SweepStatements.REVOKE))
                .isBetween(100L, ONE_BATCH);
    }

    /** The database pages that {@code sql} reads after the insert {@code rows}. Rolls both back. */
    private long buffers(String rows, String sql) throws SQLException {
        try (Connection connection = jdbc.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                statement.execute(rows);
                statement.execute("analyze connection, provider");
                try (ResultSet plan = statement.executeQuery("explain (analyze, buffers, format json) " + sql)) {
                    plan.next();
                    JsonObject root =
                            new JsonArray(plan.getString(1)).getJsonObject(0).getJsonObject("Plan");
                    return root.getLong("Shared Hit Blocks") + root.getLong("Shared Read Blocks");
                }
            } finally {
                connection.rollback();
            }
        }
    }

    private String plan(String statement) {
        StringBuilder plan = new StringBuilder();
        for (Row row : pool.query("explain (generic_plan) " + statement).executeAndAwait()) {
            plan.append(row.getString(0)).append('\n');
        }
        return plan.toString();
    }

    static Stream<String> statements() {
        return Stream.concat(
                Stream.of(
                        ConnectionStatements.FIND,
                        ConnectionStatements.FIND_STORED,
                        ConnectionStatements.EXISTS,
                        ConnectionStatements.LOCK,
                        ConnectionStatements.REVOKE,
                        SweepStatements.EXPIRE,
                        SweepStatements.DESTROY,
                        SweepStatements.REVOKE),
                CaptureSql.all());
    }

    @ParameterizedTest
    @MethodSource("statements")
    void a_statement_uses_an_index(String statement) {
        assertUsesIndex(statement);
    }

    @Test
    void a_list_uses_an_index() {
        for (Filter filter : List.of(
                new Filter(null, null, null, null, null),
                new Filter("w", null, null, null, null),
                new Filter("w", "api-key", ConnectionStatus.ACTIVE, "", null))) {
            assertUsesIndex(sent(filter).sql());
        }
    }

    private void assertUsesIndex(String statement) {
        assertThat(plan(statement))
                .contains("Index")
                .doesNotContain("Seq Scan on connection")
                .doesNotContain("Seq Scan on credential")
                .doesNotContain("Seq Scan on audit_event");
    }

    @Test
    void a_plan_shows_a_scan_of_the_whole_table() {
        assertThat(plan("select * from connection where return_url = $1")).contains("Seq Scan on connection");
    }
}
