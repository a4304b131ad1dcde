package dev.nexus.broker.testing;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Vault that deploy/vault/setup has prepared. All tests of a run share it. It runs in a container or as the
 * vault on PATH; {@link TestServers} decides. As an extension, it skips a test class with a message if neither exists.
 * With CI=true, the test class fails.
 */
public final class RealVault implements ExecutionCondition {

    private static RealVault running;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;
    private final VaultServer server;
    private String roleId;
    private Path secretIdFile;

    /** Used by JUnit for the condition only. */
    public RealVault() {
        this.folder = Path.of("");
        this.server = new VaultProcess(URI.create("http://127.0.0.1"));
    }

    private RealVault(Path folder, VaultServer server) {
        this.folder = folder;
        this.server = server;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return TestServers.inContainers()
                ? ConditionEvaluationResult.enabled("Vault runs in a container")
                : new VaultOnPath().evaluateExecutionCondition(context);
    }

    /** The running server. The first call starts it. It stops with this process. */
    public static synchronized RealVault get() {
        if (running == null) {
            running = start();
        }
        return running;
    }

    private static RealVault start() {
        try {
            Path folder = Files.createTempDirectory("nexus-vault");
            RealVault vault = new RealVault(
                    folder, TestServers.inContainers() ? VaultInContainer.start() : VaultProcess.start(folder));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> vault.get("sys/health").getBoolean("initialized"));
            vault.setup();
            return vault;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void setup() throws IOException {
        String onServer = "/tmp/nexus-secret-id-" + UUID.randomUUID();
        roleId = run(List.of("../deploy/vault/setup", "--app-role", "--secret-id-file", onServer))
                .lines()
                .filter(line -> line.startsWith("quarkus.vault.authentication.app-role.role-id="))
                .map(line -> line.substring(line.indexOf('=') + 1))
                .findFirst()
                .orElseThrow();
        secretIdFile = Files.writeString(folder.resolve("secret-id"), run(List.of("cat", onServer)));
        run(List.of("rm", onServer));
    }

    /** Runs a command on the machine of the server, with the operator's rights, and returns its output. */
    public String run(List<String> command) {
        return server.run(command);
    }

    /** Runs {@code vault <arguments>} with the operator's rights and returns its output. */
    public String vault(String... arguments) {
        List<String> command = new ArrayList<>(List.of("vault"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Creates an AppRole role with these options, and a login for it. */
    public Login role(String name, String... options) {
        List<String> command =
                new ArrayList<>(List.of("vault", "write", "auth/approle/role/" + name, "token_no_default_policy=true"));
        command.addAll(List.of(options));
        run(command);
        try {
            Path file = folder.resolve(name + "-secret-id");
            Files.writeString(
                    file, vault("write", "-f", "-field=secret_id", "auth/approle/role/" + name + "/secret-id"));
            return new Login(vault("read", "-field=role_id", "auth/approle/role/" + name + "/role-id"), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An AppRole login: the role id, and a file that contains the secret id. */
    public record Login(String roleId, Path secretIdFile) {}

    public Login broker() {
        return new Login(roleId, secretIdFile);
    }

    public URI address() {
        return server.address();
    }

    /** The address on which a server of this machine must listen so that Vault can reach it. */
    public InetAddress listenAddress() {
        return server.listenAddress();
    }

    /** The host name by which Vault reaches a server of this machine. */
    public String hostName() {
        return server.hostName();
    }

    private JsonObject get(String path) throws IOException, InterruptedException {
        return new JsonObject(http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** Sends a request with {@code token}. */
    public HttpResponse<String> send(String token, String method, String path, String body) {
        try {
            return http.send(
                    HttpRequest.newBuilder(address().resolve("/v1/" + path))
                            .header("X-Vault-Token", token)
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address().resolve("/v1/" + path)).header("X-Vault-Token", VaultServer.ROOT_TOKEN);
    }
}
