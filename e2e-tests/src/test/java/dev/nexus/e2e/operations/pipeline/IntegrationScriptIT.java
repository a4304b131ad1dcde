package dev.nexus.e2e.operations.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.EmbeddedDatabase;
import dev.nexus.launcher.FreePorts;
import dev.nexus.launcher.VaultServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline's integration script with a running PostgreSQL and a running Vault. */
@NeedsOnPath({"vault", "psql"})
class IntegrationScriptIT {

    /** The root token of the launcher's Vault dev server, valid only until the server stops. */
    private static final String OPERATOR = "quickstart";

    @Test
    void integration_script_runs_the_flow_with_running_servers(@TempDir Path folder) throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, FreePorts.any());
                VaultServer vault = VaultServer.dev(Artifacts.around(Checkout.ROOT), folder)) {
            Map<String, String> environment = Map.of(
                    "PGHOST", "127.0.0.1",
                    "PGPORT", String.valueOf(database.port()),
                    "PGUSER", database.user(),
                    "VAULT_ADDR", vault.address(),
                    "VAULT_TOKEN", OPERATOR);

            ScriptResult result = ScriptResult.in(Checkout.ROOT, environment, "deploy/ci/integration");
            ScriptResult remaining =
                    ScriptResult.in(Checkout.ROOT, environment, "psql", "-XAt", "-d", "postgres", "-c", """
                    select datname from pg_database where datname like 'nexus%'
                    union select rolname from pg_roles where rolname like 'nexus%'""");

            assertThat(result.code()).as(result.output()).isZero();
            assertThat(result.output()).contains("Vault encrypted 3 credentials");
            assertThat(remaining)
                    .as("the script removes its databases and roles")
                    .isEqualTo(new ScriptResult(0, ""));

            vault.stop();
            Map<String, String> impatient = new HashMap<>(environment);
            impatient.put("INTEGRATION_PATIENCE", "1");
            ScriptResult refused = ScriptResult.in(Checkout.ROOT, impatient, "deploy/ci/integration");

            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.output()).contains("Vault at " + vault.address() + " does not answer");
        }
    }
}
