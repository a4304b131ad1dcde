package dev.nexus.broker.connection;

import static dev.nexus.broker.testing.Flow.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.capture.CaptureSql;
import dev.nexus.broker.testing.BrokerTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * PostgreSQL keeps the plan of a statement. A plan that it makes on a fresh installation, for empty tables, must also
 * fit when the tables have grown.
 */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class EmptyTablePlanTest {

    private static final Pattern PARAMETER = Pattern.compile("\\$\\d+");

    @Inject
    Pool pool;

    private SqlConnection session;

    @BeforeEach
    void empty_the_tables() {
        session = await(pool.getConnection());
        execute("begin");
        execute("truncate connection, credential");
        execute("analyze connection, credential");
    }

    @AfterEach
    void roll_back() {
        execute("rollback");
        execute("deallocate planned");
        await(session.close());
    }

    private void execute(String sql) {
        await(session.query(sql).execute());
    }

    static Stream<String> statements() {
        return Stream.concat(
                Stream.of(
                        ConnectionStatements.FIND,
                        ConnectionStatements.FIND_STORED,
                        BeginStatements.BEGIN_BY_ID,
                        BeginStatements.COUNT_AND_BEGIN_BY_ID,
                        ConnectionStatements.REVOKE),
                CaptureSql.all());
    }

    @ParameterizedTest
    @MethodSource("statements")
    void a_statement_that_is_planned_for_empty_tables_uses_their_indexes(String statement) {
        execute("prepare planned as " + statement);
        execute("set local plan_cache_mode = force_generic_plan");
        long parameters = PARAMETER
                .matcher(statement)
                .results()
                .map(found -> found.group())
                .distinct()
                .count();
        String nulls = String.join(", ", Collections.nCopies((int) parameters, "null"));

        StringBuilder plan = new StringBuilder();
        for (Row row :
                await(session.query("explain execute planned(" + nulls + ")").execute())) {
            plan.append(row.getString(0)).append('\n');
        }

        assertThat(plan).doesNotContain("Seq Scan on connection").doesNotContain("Seq Scan on credential");
    }
}
