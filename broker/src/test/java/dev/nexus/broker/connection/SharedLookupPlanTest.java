package dev.nexus.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.capture.CaptureSql;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plans of PostgreSQL for statements of many pairs. Each test has its own rows, in a transaction that it rolls back.
 */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class SharedLookupPlanTest {

    /** A join of all pairs would read a table of this size completely, and with a cached plan also a larger table. */
    private static final int SMALL = 1_000;

    private static final int LARGE = 40_000;

    private static final int MAX_PAIRS = 64;

    /** The most database pages for one pair: each level of the indexes, and a row of each table. */
    private static final long PAGES_PER_PAIR = 20;

    @Inject
    DataSource jdbc;

    private Connection session;

    @BeforeEach
    void begin() throws SQLException {
        session = jdbc.getConnection();
        session.setAutoCommit(false);
    }

    @AfterEach
    void roll_back() throws SQLException {
        session.rollback();
        execute("deallocate all");
        session.commit();
        session.close();
    }

    /** Fills the tables with {@code rows} rows each. */
    private void fill(int rows) throws SQLException {
        execute("truncate connection, credential");
        execute("""
                insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, created_at,
                                        expires_at, status, activated_at)
                select gen_random_uuid(), 'tenant-' || n %% 20, 'w-' || n, p.id, p.schema_version, 'https://a.example/',
                       now(), now() + interval '1 hour', 'active', now()
                from generate_series(1, %d) n, (select id, schema_version from provider where slug = 'api-key') p
                """.formatted(rows));
        execute("""
                insert into credential (connection_id, cipher, key_version, ciphertext)
                select id, 'local', 1, '\\x00' from connection
                """);
        execute("analyze connection, credential");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> query(String sql) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    /** The arguments for {@code count} connections: their tenants and their ids. */
    private String pairs(int count) throws SQLException {
        return query("""
                select quote_literal(array_agg(tenant)) || ', ' || quote_literal(array_agg(id))
                from (select tenant, id from connection limit %d) c
                """.formatted(count)).get(0);
    }

    private long pages(int pairs) throws SQLException {
        String plan =
                String.join("", query("explain (analyze, buffers, format json) execute lookup(" + pairs(pairs) + ")"));
        JsonObject root = new JsonArray(plan).getJsonObject(0).getJsonObject("Plan");
        return root.getLong("Shared Hit Blocks") + root.getLong("Shared Read Blocks");
    }

    static Stream<String> lookups() {
        return Stream.of(ConnectionStatements.FIND, ConnectionStatements.FIND_STORED, CaptureSql.FIND);
    }

    @ParameterizedTest
    @MethodSource("lookups")
    void a_lookup_uses_the_indexes_of_a_small_and_of_a_large_table(String lookup) throws SQLException {
        execute("prepare lookup as " + lookup);
        execute("set local plan_cache_mode = force_generic_plan");
        for (int rows : new int[] {SMALL, LARGE}) {
            fill(rows);

            String plan = String.join("\n", query("explain execute lookup(" + pairs(1) + ")"));

            assertThat(plan)
                    .contains("Index Scan using connection_")
                    .doesNotContain("Seq Scan on connection")
                    .doesNotContain("Seq Scan on credential");
        }
    }

    @ParameterizedTest
    @MethodSource("lookups")
    @Promise(14)
    void a_lookup_reads_a_bounded_number_of_pages_for_each_pair(String lookup) throws SQLException {
        fill(LARGE);
        execute("prepare lookup as " + lookup);
        for (String mode : List.of("force_generic_plan", "force_custom_plan")) {
            execute("set local plan_cache_mode = " + mode);

            assertThat(pages(1)).as(mode).isBetween(3L, PAGES_PER_PAIR);
            assertThat(pages(MAX_PAIRS)).as(mode).isBetween(3L * MAX_PAIRS, PAGES_PER_PAIR * MAX_PAIRS);
        }
    }

    @ParameterizedTest
    @MethodSource("lookups")
    void a_lookup_is_not_planned_for_each_execution(String lookup) throws SQLException {
        fill(LARGE);
        execute("prepare lookup as " + lookup);
        String onePair = pairs(1);

        for (int execution = 0; execution < 10; execution++) {
            assertThat(query("execute lookup(" + onePair + ")")).hasSize(1);
        }

        // PostgreSQL uses a plan for the actual arrays five times, and then compares the costs.
        assertThat(query("select custom_plans from pg_prepared_statements where name = 'lookup'"))
                .containsExactly("5");
    }
}
