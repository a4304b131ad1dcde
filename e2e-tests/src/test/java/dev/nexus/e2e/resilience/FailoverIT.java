package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.InstalledPostgres;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RouteLoad;
import dev.nexus.launcher.Nexus;
import dev.nexus.testsupport.Promise;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A failover to a standby behind PgBouncer, in the worst order.
 *
 * <p>The old primary rejects writes (SQLSTATE 25006) but keeps its sessions. New sessions go to a standby that is not
 * promoted yet.
 */
@NeedsOnPath("pgbouncer")
@ExtendWith(InstalledPostgres.Needed.class)
@Tag("soak")
@Isolated("The recovery has a limit of ten seconds.")
class FailoverIT {

    private static final int PER_SECOND = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    @Promise(6)
    void broker_leaves_a_read_only_server_and_recovers_within_ten_seconds_of_the_promotion() throws Exception {
        Path folder = NexusExtension.emptyFolder("failover-database");
        try (InstalledPostgres primary = InstalledPostgres.start(folder.resolve("primary"));
                InstalledPostgres standby = primary.standby(folder.resolve("standby"));
                InstalledPgBouncer pooler =
                        InstalledPgBouncer.start(folder.resolve("pooler"), primary.port(), "session");
                Nexus nexus = NexusExtension.start("failover", settings(pooler, primary))) {
            Backend acme = NexusExtension.backend(nexus, 0);
            DroppedPacketsIT.awaitWarm(acme);
            try (Load load = new Load(RouteLoad.requestsToManyRoutes(acme), PER_SECOND)) {
                DroppedPacketsIT.awaitHealthy(load);

                pooler.routeTo(standby.port());
                primary.makeReadOnly();
                await().atMost(PATIENCE).until(() -> sessions(primary) == 0);
                await().atMost(PATIENCE)
                        .until(() -> Files.readString(nexus.broker().log()).contains("is in recovery"));

                long promoting = System.nanoTime();
                standby.promote();

                DroppedPacketsIT.report("Failover to a standby", load, promoting);
            }
            assertThat(Files.readString(nexus.broker().log())).contains("PostgreSQL is read-only");
            assertThat(sessions(standby)).isPositive();
        }
    }

    private static Map<String, String> settings(InstalledPgBouncer pooler, InstalledPostgres primary) {
        Map<String, String> settings = new HashMap<>(RouteLoad.HIGH_AUTH_RATE);
        settings.putAll(primary.settings());
        settings.put("quarkus.datasource.reactive.url", "postgresql://" + pooler.address() + "/postgres");
        return settings;
    }

    private static int sessions(InstalledPostgres server) throws SQLException {
        return Integer.parseInt(server.query(
                "postgres", "select count(*) from pg_stat_activity where application_name = 'nexus-broker'"));
    }
}
