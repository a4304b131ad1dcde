package dev.nexus.e2e.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.FreePorts;
import dev.nexus.launcher.VaultServer;
import dev.nexus.testsupport.MissingTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Vault with file storage, so that tests can seal, stop and restart it. */
public final class RealVault implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final VaultServer server;
    private final Map<String, String> settings;
    private final String unsealKey;
    private final String rootToken;

    private RealVault(VaultServer server, String unsealKey, String rootToken, Map<String, String> settings) {
        this.server = server;
        this.unsealKey = unsealKey;
        this.rootToken = rootToken;
        this.settings = settings;
    }

    /** Skips a test class with a message if Vault is not on PATH. Fails it in CI. */
    public static final class Needed implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (VaultServer.binary().isPresent()) {
                return ConditionEvaluationResult.enabled("vault is on PATH");
            }
            String why = "vault not found on PATH; install it to run " + context.getDisplayName();
            return MissingTool.skip(why);
        }
    }

    /** Starts an unsealed Vault under target/e2e/{@code name}, set up by deploy/vault/setup with {@code options}. */
    public static RealVault start(String name, String... options) {
        try {
            Path folder = NexusExtension.emptyFolder(name);
            String listen = "127.0.0.1:" + FreePorts.any();
            Path configuration =
                    Files.writeString(folder.resolve("vault.hcl"), """
                    storage "file" { path = "%s" }
                    listener "tcp" {
                      address     = "%s"
                      tls_disable = true
                    }
                    disable_mlock = true
                    """.formatted(folder.resolve("data"), listen));
            VaultServer server = VaultServer.server(
                    Artifacts.around(Path.of("")), folder, List.of("-config=" + configuration), "http://" + listen);
            JsonNode made = JSON.readTree(
                    server.vault("operator", "init", "-key-shares=1", "-key-threshold=1", "-format=json"));
            String unsealKey = made.path("unseal_keys_b64").path(0).asText();
            server.vault("operator", "unseal", unsealKey);
            server.setOperatorToken(made.path("root_token").asText());
            return new RealVault(server, unsealKey, made.path("root_token").asText(), server.setup(options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Returns the Broker's settings for this Vault. */
    public Map<String, String> settings() {
        return settings;
    }

    public VaultServer server() {
        return server;
    }

    /** Returns the root token, with all rights of an operator. */
    public String rootToken() {
        return rootToken;
    }

    public void seal() throws InterruptedException {
        server.vault("operator", "seal");
    }

    public void unseal() throws InterruptedException {
        server.vault("operator", "unseal", unsealKey);
    }

    @Override
    public void close() {
        server.close();
    }
}
