package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Concurrent;
import dev.nexus.e2e.support.Health;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.launcher.Nexus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database password in a file, with the characters that have a meaning in settings, SQL or shells. */
@Concurrent
@Tag("soak")
class DatabasePasswordIT {

    private static final String SETTING = "nexus.database.password-file";
    private static final String FIRST = "p$a${quarkus.http.port}\\b%{c}'\"#=: d";
    private static final String SECOND = "{second}$$\\";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void any_password_works_and_a_new_one_needs_no_restart() throws Exception {
        try (Nexus nexus = NexusExtension.start("database-password", Map.of())) {
            Path file = nexus.folder().resolve("database-password");
            Files.writeString(file, FIRST + "\n");
            requirePassword(nexus);
            nexus.restartBroker(Map.of("quarkus.datasource.username", "rotated", SETTING, file.toString()));
            Backend acme = NexusExtension.backend(nexus, 0);
            await().atMost(PATIENCE)
                    .until(() -> acme.request(Backend.workspace(), "api-key", Backend.RETURN_URL)
                                    .statusCode()
                            == 200);
            String id = acme.connect(Backend.workspace(), "k");

            NexusExtension.sql(nexus, "alter role rotated password '" + SECOND + "'");
            replace(file, SECOND);
            await().atMost(PATIENCE)
                    .until(() -> Files.readString(nexus.broker().log()).contains("use the new password"));
            endSessions(nexus);
            await().atMost(PATIENCE).until(() -> acme.token(id).statusCode() == 200);

            replace(file, "");
            await().atMost(PATIENCE)
                    .until(() ->
                            Health.of(nexus.broker(), "files").detail(SETTING).contains("it is empty"));
            endSessions(nexus);
            await().atMost(PATIENCE).until(() -> acme.token(id).statusCode() == 200);
            assertThat(Health.of(nexus.broker(), "files").status()).isEqualTo(200);
        }
    }

    /** Creates a role that needs its password to connect. All other roles connect without a password. */
    private static void requirePassword(Nexus nexus) {
        NexusExtension.sql(nexus, "create role rotated superuser login password '" + FIRST.replace("'", "''") + "'");
        String rules = NexusExtension.rows(nexus, "show hba_file").get(0);
        NexusExtension.sql(
                nexus,
                "copy (values ('host all rotated all scram-sha-256'), ('host all all all trust')) to '" + rules + "'");
        NexusExtension.sql(nexus, "select pg_reload_conf()");
    }

    private static void endSessions(Nexus nexus) {
        NexusExtension.sql(nexus, "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rotated'");
    }

    private static void replace(Path file, String content) throws Exception {
        Path next = Files.writeString(file.resolveSibling("database-password.next"), content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
