package dev.nexus.broker.capture;

import static dev.nexus.broker.testing.Flow.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.nexus.broker.testing.BrokerTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * PostgreSQL's plans of the claim, and of the statements that find its connection. PostgreSQL keeps a plan until it
 * analyzes the table. Therefore a plan must fit with all statistics, and after the table has grown. The table has at
 * least one row, because the state names an existing connection. Each test has its own rows, in a transaction that it
 * rolls back.
 */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ClaimPlanTest {

    private static final Pattern PARAMETER = Pattern.compile("\\$\\d+");
    private static final Pattern INDEX = Pattern.compile("using (\\w+) on (?:connection|credential)\\b");
    private static final Pattern OTHER_SCAN = Pattern.compile("(Seq|Bitmap Heap) Scan on (connection|credential)\\b");
    private static final int LARGE = 20_000;

    private static final int ACTIVE = 7_000_000;
    private static final int PENDING = 8_000_000;

    /** The most database pages for a claim: each level of the indexes that it reads and writes, and a row of each table. */
    private static final long FEW_PAGES = 110;

    @Inject
    Pool pool;

    private SqlConnection session;
    private boolean prepared;

    enum Statistics {
        /** The table was analyzed only when it was empty. */
        OF_AN_EMPTY_TABLE,
        /** The table was never analyzed, as in a new installation and after a restore. */
        NONE,
        CURRENT
    }

    @BeforeEach
    void begin() {
        session = await(pool.getConnection());
        execute("begin");
        execute("set local statement_timeout = '60s'");
    }

    @AfterEach
    void roll_back() {
        execute("rollback");
        forget();
        await(session.close());
    }

    private void prepare(String statement) {
        execute("prepare planned as " + statement);
        execute("set local plan_cache_mode = force_generic_plan");
        prepared = true;
    }

    /** Removes only the test's prepared statement, because the pool still uses its own ones. */
    private void forget() {
        if (prepared) {
            execute("deallocate planned");
            prepared = false;
        }
    }

    private RowSet<Row> execute(String sql) {
        return await(session.query(sql).execute());
    }

    private void fill(Statistics statistics, int rows) {
        // A truncated table has no statistics, like a new one.
        execute("truncate connection, credential");
        if (statistics == Statistics.OF_AN_EMPTY_TABLE) {
            execute("analyze connection, credential");
        }
        insert(1, rows);
        if (statistics == Statistics.CURRENT) {
            execute("analyze connection, credential");
        }
    }

    /**
     * A third of the connections is revoked. All have the same provider, and half of them the same tenant, so that few
     * indexes find one row.
     */
    private void insert(int first, int last) {
        execute("""
                insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, created_at,
                                        expires_at, status, activated_at, revoked_at)
                select %s, 'tenant-' || case when n %% 2 = 0 then 0 else n %% 20 end, 'w-' || n, p.id, p.schema_version,
                       'https://a.example/', now(), now() + interval '1 hour',
                       case when n %% 3 = 0 then 'revoked' else 'active' end, now(),
                       case when n %% 3 = 0 then now() end
                from generate_series(%d, %d) n, (select id, schema_version from provider where slug = 'api-key') p
                """.formatted(id("n"), first, last));
        execute("""
                insert into credential (connection_id, cipher, key_version, ciphertext)
                select id, 'local', 1, '\\x00' from connection where status = 'active' on conflict do nothing
                """);
    }

    private static String id(String number) {
        return "('00000000-0000-7000-8000-' || lpad(to_hex(%s), 12, '0'))::uuid".formatted(number);
    }

    static Stream<Arguments> knowledge() {
        return Stream.of(
                arguments(Statistics.OF_AN_EMPTY_TABLE, 1),
                arguments(Statistics.OF_AN_EMPTY_TABLE, 30),
                arguments(Statistics.OF_AN_EMPTY_TABLE, 300),
                arguments(Statistics.OF_AN_EMPTY_TABLE, 2_000),
                arguments(Statistics.NONE, 1),
                arguments(Statistics.NONE, 30),
                arguments(Statistics.NONE, 100),
                arguments(Statistics.NONE, 150),
                arguments(Statistics.NONE, 300),
                arguments(Statistics.NONE, 2_000),
                arguments(Statistics.CURRENT, 2),
                arguments(Statistics.CURRENT, 30),
                arguments(Statistics.CURRENT, 150),
                arguments(Statistics.CURRENT, 1_000),
                arguments(Statistics.CURRENT, LARGE));
    }

    @ParameterizedTest
    @MethodSource("knowledge")
    void a_statement_finds_a_connection_only_by_the_primary_key_or_the_unique_index(Statistics statistics, int rows) {
        fill(statistics, rows);

        for (String statement :
                List.of(CaptureStatements.LOCK, CaptureStatements.RECORD_REJECTION, CaptureStatements.CLAIM)) {
            String plan = plan(statement);

            assertThat(OTHER_SCAN.matcher(plan).find()).as(plan).isFalse();
            assertThat(INDEX.matcher(plan).results().map(found -> found.group(1)))
                    .as(plan)
                    .isNotEmpty()
                    .isSubsetOf("connection_pkey", "connection_one_active", "credential_pkey");
        }
    }

    private String plan(String statement) {
        prepare(statement);
        long parameters = PARAMETER
                .matcher(statement)
                .results()
                .map(found -> found.group())
                .distinct()
                .count();
        StringBuilder plan = new StringBuilder();
        for (Row row : execute(
                "explain execute planned(" + String.join(", ", Collections.nCopies((int) parameters, "null")) + ")")) {
            plan.append(row.getString(0)).append('\n');
        }
        forget();
        return plan.toString();
    }

    @ParameterizedTest
    @MethodSource("knowledge")
    void a_claim_reads_few_pages_with_a_plan_from_a_smaller_table(Statistics statistics, int rows) {
        fill(statistics, rows);
        prepare(CaptureStatements.CLAIM);
        // PostgreSQL makes the plan now, and keeps it for the claim below.
        execute("explain execute planned('', null, '', 1, '', '', '', null, null, '', 0)");

        insert(ACTIVE - 5_000, ACTIVE);
        execute("""
                insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, created_at,
                                        expires_at)
                select %s, tenant, workspace_id, provider_id, schema_version, return_url, created_at, expires_at
                from connection where id = %s
                """.formatted(id("" + PENDING), id("" + ACTIVE)));

        assertThat(pagesOfClaim()).isBetween(20L, FEW_PAGES);
        assertThat(execute("select 1 from connection where status = 'superseded' and id = " + id("" + ACTIVE))
                        .size())
                .isEqualTo(1);
    }

    private long pagesOfClaim() {
        JsonObject plan = execute("""
                explain (analyze, buffers, format json)
                execute planned('tenant-0', %s, 'local', 1, '\\x00', 'k', 'r', null, null, null, 1000)
                """.formatted(id("" + PENDING)))
                .iterator()
                .next()
                .getJsonArray(0)
                .getJsonObject(0)
                .getJsonObject("Plan");
        assertThat(plan.getLong("Actual Rows")).isEqualTo(1);
        return plan.getLong("Shared Hit Blocks") + plan.getLong("Shared Read Blocks");
    }
}
