package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.testing.BrokerTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PostgreSQL's statistics of the number of rows after the migrations. Each test migrates a separate schema. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class EmptyTableStatisticsTest {

    private static final String SCHEMA = "new_installation";
    private static final long UNKNOWN = -1;

    @Inject
    DataSource jdbc;

    @BeforeEach
    @AfterEach
    void drop_schema() throws SQLException {
        execute("drop schema if exists %s cascade".formatted(SCHEMA));
    }

    private void migrate(String target) {
        Flyway.configure()
                .dataSource(jdbc)
                .schemas(SCHEMA)
                .placeholders(Map.of("service_role", ""))
                .target(target)
                .load()
                .migrate();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = jdbc.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long expectedRows(String table) throws SQLException {
        try (Connection connection = jdbc.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select reltuples from pg_class where oid = '%s.%s'::regclass".formatted(SCHEMA, table))) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    @Test
    void the_number_of_rows_of_an_empty_table_is_unknown() throws SQLException {
        migrate("9");
        assertThat(expectedRows("connection")).isZero();

        migrate("latest");

        assertThat(expectedRows("connection")).isEqualTo(UNKNOWN);
        assertThat(expectedRows("audit_event")).isEqualTo(UNKNOWN);
    }

    @Test
    void the_statistics_of_a_table_with_rows_stay() throws SQLException {
        migrate("9");
        execute("""
                insert into %1$s.audit_event (tenant, action, outcome, key_id, request_id)
                select 'acme', 'credential.read', 'success', 'k', 'r' from generate_series(1, 7);
                analyze %1$s.audit_event
                """.formatted(SCHEMA));

        migrate("latest");

        assertThat(expectedRows("audit_event")).isEqualTo(7);
        assertThat(expectedRows("connection")).isEqualTo(UNKNOWN);
    }
}
