package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.e2e.support.AuditTrails;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.InstalledPostgres;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.launcher.Nexus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Follows docs/operations/backup.md after the loss of everything except a dump and the keyset. */
@ExtendWith(InstalledPostgres.Needed.class)
@Tag("soak")
class BackupRestoreIT {

    @Test
    void dump_and_keyset_restore_everything_and_a_wrong_keyset_destroys_nothing() throws Exception {
        Path folder = NexusExtension.emptyFolder("backup");
        try (InstalledPostgres first = InstalledPostgres.start(folder.resolve("first"));
                Nexus nexus = NexusExtension.startWithoutAuditCheck("backed-up", settings(first))) {
            Backend acme = NexusExtension.backend(nexus, 0);
            Map<String, String> tokens = capture(acme);
            Begun underWay = acme.begin(Backend.workspace());
            String workspace = Backend.workspace();
            String superseded = acme.connect(workspace, "superseded");
            acme.connect(workspace, "successor");

            Path dump = first.dump();
            Path keyset = Files.copy(nexus.keysetFile(), folder.resolve("keyset.json"));
            String after = acme.connect(Backend.workspace(), "after the backup");
            acme.revoke(superseded).then().statusCode(204);
            nexus.broker().close();
            AuditTrails.assertLegal(nexus, first.settings());
            first.stop();
            Files.delete(nexus.keysetFile());

            try (InstalledPostgres second = InstalledPostgres.start(folder.resolve("second"))) {
                second.restore(dump);
                long credentials = count(second, "select count(*) from credential");

                // The Broker finds no keyset, so it creates one. The new key cannot decrypt the values.
                nexus.restartBroker(second.settings());
                acme.awaitAnswer(superseded);
                tokens.keySet().forEach(id -> {
                    acme.token(id).then().statusCode(500).body("error", equalTo("internal"));
                    assertThat(log(nexus))
                            .contains("kind=credential reason=not_decryptable tenant=acme connection=" + id);
                    acme.check(id).then().statusCode(200).body("status", equalTo("active"));
                });
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> log(nexus).contains("Values cannot be decrypted and stay unchanged"));
                assertThat(count(second, "select count(*) from credential")).isEqualTo(credentials);
                assertThat(count(
                                second,
                                "select count(*) from audit_event where action = 'credential.read' and outcome ="
                                        + " 'failure'"))
                        .isEqualTo(tokens.size());

                nexus.broker().close();
                Files.copy(keyset, nexus.keysetFile(), StandardCopyOption.REPLACE_EXISTING);
                nexus.restartBroker(second.settings());
                acme.awaitAnswer(superseded);

                tokens.forEach((id, token) ->
                        assertThat(acme.token(id).asString()).as(id).isEqualTo(token));
                acme.captureKey(underWay.state(), "k").then().statusCode(200);
                acme.check(after).then().statusCode(404);
                acme.token(superseded).then().statusCode(200).body("credentials.api_key", equalTo("superseded"));
                assertThatThrownBy(() -> execute(second, "delete from audit_event"))
                        .hasMessageContaining("append-only");

                // The backup contains a superseded credential with its time of destruction. The test sets this time to
                // now, so that the sweep destroys the credential again.
                execute(second, "update credential set destroy_at = now() where destroy_at is not null");
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> acme.token(superseded).statusCode() == 409);
                AuditTrails.assertLegal(nexus, second.settings());
                System.out.printf(
                        "Backup and restore: %d token reads unchanged after the restore; with another keyset %d x 500,"
                                + " 0 values destroyed%n",
                        tokens.size(), tokens.size());
            }
        }
    }

    private static Map<String, String> settings(InstalledPostgres postgres) {
        Map<String, String> settings = new HashMap<>(postgres.settings());
        return settings;
    }

    private static String log(Nexus nexus) {
        try {
            return Files.readString(nexus.broker().log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the token responses by connection id. */
    private static Map<String, String> capture(Backend acme) {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (int i = 0; i < 10; i++) {
            Begun begun = acme.begin(Backend.workspace(), i % 2 == 0 ? "api-key" : "basic-auth");
            acme.capture(
                            begun.state(),
                            i % 2 == 0
                                    ? "{\"api_key\":\"key-" + i + "\"}"
                                    : "{\"username\":\"alice\",\"password\":\"pässwörd-" + i + "\"}")
                    .then()
                    .statusCode(200);
            tokens.put(
                    begun.id(),
                    acme.token(begun.id()).then().statusCode(200).extract().asString());
        }
        return tokens;
    }

    private static long count(InstalledPostgres postgres, String query) throws SQLException {
        try (var connection = DriverManager.getConnection(postgres.jdbcUrl());
                var statement = connection.createStatement();
                var found = statement.executeQuery(query)) {
            found.next();
            return found.getLong(1);
        }
    }

    private static void execute(InstalledPostgres postgres, String statement) throws SQLException {
        try (var connection = DriverManager.getConnection(postgres.jdbcUrl());
                var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }
}
