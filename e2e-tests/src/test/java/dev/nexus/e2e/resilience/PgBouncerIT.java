package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.BrokerCommand;
import dev.nexus.e2e.support.InstalledPostgres;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RouteLoad;
import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.Nexus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PgBouncer between the Broker and PostgreSQL, in both modes that docs/operations/postgresql.md describes. */
@NeedsOnPath("pgbouncer")
@ExtendWith(InstalledPostgres.Needed.class)
@Tag("soak")
class PgBouncerIT {

    private static final int PER_SECOND = 20;
    private static final String ROLE = "nexus_broker";

    @ParameterizedTest
    @CsvSource({"session, false", "transaction, true"})
    void routes_work_through_pgbouncer(String poolMode, boolean sharedSessions) throws Exception {
        Path folder = NexusExtension.emptyFolder("pgbouncer-" + poolMode);
        try (InstalledPostgres postgres = InstalledPostgres.start(folder.resolve("postgres"));
                InstalledPgBouncer pooler =
                        InstalledPgBouncer.start(folder.resolve("pooler"), postgres.port(), poolMode)) {
            migrate(postgres, folder);
            Map<String, String> settings = new HashMap<>(RouteLoad.HIGH_AUTH_RATE);
            settings.putAll(postgres.settings());
            settings.put("quarkus.datasource.username", ROLE);
            settings.put("quarkus.flyway.migrate-at-start", "false");
            settings.put("quarkus.datasource.jdbc.url", "jdbc:postgresql://" + pooler.address() + "/postgres");
            settings.put("quarkus.datasource.reactive.url", "postgresql://" + pooler.address() + "/postgres");
            settings.put("quarkus.datasource.reactive.postgresql.use-layer7-proxy", String.valueOf(sharedSessions));
            try (Nexus nexus = NexusExtension.start("pooled-" + poolMode, settings)) {
                Backend acme = NexusExtension.backend(nexus, 0);
                flow(acme);
                try (Load load = new Load(RouteLoad.requestsToManyRoutes(acme), PER_SECOND)) {
                    await().atMost(Duration.ofMinutes(2))
                            .until(() -> RouteLoad.allAnswered(load, PER_SECOND, Duration.ofSeconds(3)));
                }

                assertThat(Files.readString(nexus.broker().log()))
                        .doesNotContain("sqlstate=", "error=internal", "prepared statement", "no statement_timeout");
            }
            assertThat(limitOf(pooler)).isEqualTo("2s");
        }
    }

    private static void flow(Backend acme) {
        String workspace = Backend.workspace();
        String first = acme.connect(workspace, "first");
        String second = acme.connect(workspace, "second");
        acme.check(first).then().statusCode(200).body("status", equalTo("superseded"));
        acme.token(second).then().statusCode(200).body("credentials.api_key", equalTo("second"));
        acme.revoke(second).then().statusCode(204);
    }

    /** Migrates as docs/operations/postgresql.md describes: directly on PostgreSQL. The service role owns no tables. */
    private static void migrate(InstalledPostgres postgres, Path folder) throws Exception {
        try (Connection owner = DriverManager.getConnection(postgres.jdbcUrl());
                Statement sql = owner.createStatement()) {
            sql.execute("create role " + ROLE + " login");
        }
        Map<String, String> settings = new HashMap<>(postgres.settings());
        settings.put("quarkus.datasource.password", "");
        settings.put("nexus.migration.service-role", ROLE);
        BrokerCommand.migrate(Artifacts.around(Path.of("")), settings, folder.resolve("migrate.log"));
    }

    private static String limitOf(InstalledPgBouncer pooler) throws Exception {
        String url = "jdbc:postgresql://" + pooler.address() + "/postgres?user=" + ROLE;
        try (Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement();
                ResultSet limit = sql.executeQuery("show statement_timeout")) {
            limit.next();
            return limit.getString(1);
        }
    }
}
