package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.launcher.Http;
import dev.nexus.launcher.Walk;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs the jobs and services of docker-compose.yml as processes, and a connection flow through them. */
@NeedsOnPath({"vault", "openssl", "psql", "pg_isready", "bash"})
class ComposeIT {

    private static ComposedProcesses composed;
    private static Map<String, String> access;

    @BeforeAll
    static void up() throws IOException {
        Path folder = Path.of("target", "e2e", "compose").toAbsolutePath();
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        composed = ComposedProcesses.of(folder);
        composed.up();
        access = new LinkedHashMap<>();
        composed.run("access")
                .lines()
                .forEach(line ->
                        access.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    }

    @AfterAll
    static void down() throws IOException {
        composed.close();
    }

    @Test
    void flow_works_and_its_connection_survives_a_restart() throws Exception {
        assertThat(access).containsEntry("GATEWAY_URL", composed.gatewayUrl());
        StringWriter output = new StringWriter();

        new Walk(access, new PrintWriter(output)).run();

        assertThat(output.toString()).contains("The walk is complete");
        String id = connectionIn(output.toString());

        Map<String, Integer> exitCodes = composed.stop();

        // The exit code of Java after SIGTERM is 143 (128 + 15). Vault exits with 0.
        assertThat(exitCodes).isEqualTo(Map.of("gateway", 143, "broker", 143, "vault", 0));

        // Vault is sealed after its restart: the jobs unseal it and skip the rest of the set-up.
        composed.up();

        Http.Answer token = new Http(composed.gatewayUrl(), key()).send("GET", "/v1/token/" + id, null);
        assertThat(token.status()).isEqualTo(200);
        assertThat(token.body()).contains("pat_abc123xyz");
        assertThat(composed.logs()).doesNotContain(key()).doesNotContain("pat_abc123xyz");
    }

    private static String key() {
        return access.getOrDefault("API_KEY", "");
    }

    private static String connectionIn(String walk) {
        int at = walk.indexOf("/v1/check-connection/") + "/v1/check-connection/".length();
        return walk.substring(at, at + 36);
    }

    @Test
    void database_role_of_the_broker_cannot_change_tables() throws Exception {
        try (Connection broker = composed.connect("broker-secrets");
                Statement sql = broker.createStatement()) {

            assertThat(sql.executeQuery("select count(*) from connection").next())
                    .isTrue();
            assertThatThrownBy(() -> sql.execute("create table planted (id int)"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> sql.execute("alter table connection add column planted int"))
                    .hasMessageContaining("must be owner");
            assertThatThrownBy(() -> sql.execute("delete from audit_event")).hasMessageContaining("permission denied");
        }
    }
}
