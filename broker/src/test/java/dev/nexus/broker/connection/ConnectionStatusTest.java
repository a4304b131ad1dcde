package dev.nexus.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.SourceFiles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the two implementations of the current status: the SQL function and {@link ConnectionStatus}. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ConnectionStatusTest {

    private static final Path SOURCES = Path.of("src/main/java");

    private static final Path GRANTS = Path.of("src/main/resources/db/migration/afterMigrate__grants.sql");

    @Inject
    Flow flow;

    @Inject
    DataSource jdbc;

    @ParameterizedTest
    @CsvSource({
        "pending, 1 hour, , pending",
        "pending, 0 hours, , expired",
        "pending, 1 hour, 0 hours, revoked",
        "pending, -2 hours, -1 hour, expired",
        "pending, -1 hour, -2 hours, revoked",
        "active, -1 hour, , active",
        "active, 1 hour, 0 hours, revoked",
        "superseded, -1 hour, , superseded",
        "superseded, -1 hour, 0 hours, revoked",
        "revoked, -1 hour, , revoked",
        "revoked, -1 hour, 0 hours, revoked",
        "expired, -1 hour, , expired",
        "expired, -1 hour, -2 hours, expired"
    })
    void the_current_status_depends_on_the_time_and_the_provider(
            String stored, String expiresIn, String deletedIn, String current) {
        Row row = flow.sql(
                        "select connection_status($1, now() + $2::text::interval, now() + $3::text::interval) as status",
                        stored,
                        expiresIn,
                        deletedIn)
                .iterator()
                .next();

        assertThat(row.getString("status")).isEqualTo(current);
    }

    @Test
    void the_enum_lists_each_stored_status_of_a_current_status() {
        for (Row row : flow.sql("""
                select stored, provider_deleted_at is not null as deleted,
                       connection_status(stored, expires_at, provider_deleted_at) as status
                from (values ('pending'), ('active'), ('superseded'), ('revoked'), ('expired')) s (stored)
                cross join (values (now() - interval '2 hours'), (now() + interval '1 hour')) e (expires_at)
                cross join (values (null), (now() - interval '3 hours'), (now() - interval '1 hour')) d (provider_deleted_at)
                """)) {
            ConnectionStatus stored = ConnectionStatus.of(row.getString("stored"));
            ConnectionStatus current = ConnectionStatus.of(row.getString("status"));

            boolean revokedWithProvider = current == ConnectionStatus.REVOKED
                    && row.getBoolean("deleted")
                    && ConnectionStatus.NOT_ENDED.contains(stored);
            assertThat(current.storedAs().contains(stored) || revokedWithProvider)
                    .as("%s reads as %s", stored, current)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select status from connection_current",
                "select id from connection_current where status = 'expired'"
            })
    void postgresql_inlines_the_status_function(String query) {
        StringBuilder plan = new StringBuilder();
        for (Row row : flow.sql("explain (verbose) " + query)) {
            plan.append(row.getString(0)).append('\n');
        }

        assertThat(plan.toString())
                .contains("CASE WHEN")
                .doesNotContain("connection_status")
                .doesNotContain("Subquery Scan");
    }

    @Test
    void the_service_role_may_read_the_view() throws SQLException, IOException {
        String grants = Files.readString(GRANTS).replace("${service_role}", "services_of_a_test");
        try (Connection connection = jdbc.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                statement.execute("create role services_of_a_test");
                statement.execute(grants);
                statement.execute("set local role services_of_a_test");

                assertThatCode(() ->
                                statement.execute("select status from connection_current where status = 'expired'"))
                        .doesNotThrowAnyException();
            } finally {
                connection.rollback();
            }
        }
    }

    /** The sweeper compares the time only to find rows by an index. The function then decides their status. */
    @Test
    void no_other_statement_implements_the_status_rule() {
        Pattern comparesTime = Pattern.compile("expires_at\\s*[<>]");
        Pattern decides = Pattern.compile("then '(expired|revoked)'");

        List<String> sources = SourceFiles.matching(
                SOURCES,
                source -> comparesTime.matcher(source).find()
                        || decides.matcher(source).find());

        assertThat(sources).containsExactly("SweepStatements.java");
    }
}
