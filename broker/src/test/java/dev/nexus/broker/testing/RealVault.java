package dev.nexus.broker.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Vault, the binary on PATH as a dev server, prepared by deploy/vault/setup; one for all tests of the module. As an
 * extension it skips a test class, loudly, where there is no Vault, and fails it in CI.
 */
public final class RealVault implements ExecutionCondition {

    private static final String ROOT = "root";
    private static RealVault running;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;
    private final URI address;
    private String roleId;
    private Path secretIdFile;

    public RealVault() {
        this.folder = Path.of("");
        this.address = URI.create("http://127.0.0.1");
    }

    private RealVault(Path folder, int port) {
        this.folder = folder;
        this.address = URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (binary().isPresent()) {
            return ConditionEvaluationResult.enabled("vault is on PATH");
        }
        String why = "there is no vault on PATH; install it to run " + context.getDisplayName();
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            throw new IllegalStateException(why + " (a skip is a failure in CI)");
        }
        System.out.println("SKIPPED: " + why);
        return ConditionEvaluationResult.disabled(why);
    }

    private static Optional<Path> binary() {
        return List.of(System.getenv("PATH").split(":", -1)).stream()
                .map(folder -> Path.of(folder, "vault"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The running server; started with the first call, ended with this process. */
    public static synchronized RealVault get() {
        if (running == null) {
            running = start();
        }
        return running;
    }

    private static RealVault start() {
        try {
            Path folder = Files.createTempDirectory("nexus-vault");
            RealVault vault = new RealVault(folder, freePort());
            Process server = new ProcessBuilder(
                            "vault",
                            "server",
                            "-dev",
                            "-dev-root-token-id=" + ROOT,
                            "-dev-no-store-token",
                            "-dev-listen-address=127.0.0.1:" + vault.address.getPort())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("vault.log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::destroy));
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

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void setup() {
        secretIdFile = folder.resolve("secret-id");
        roleId = run(List.of("../deploy/vault/setup", "--app-role", "--secret-id-file", secretIdFile.toString()))
                .lines()
                .filter(line -> line.startsWith("nexus.cipher.transit.app-role.role-id="))
                .map(line -> line.substring(line.indexOf('=') + 1))
                .findFirst()
                .orElseThrow();
    }

    /** Runs a command with the operator's rights; its output. */
    public String run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(Map.of("VAULT_ADDR", address.toString(), "VAULT_TOKEN", ROOT));
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** {@code vault <arguments>} with the operator's rights. */
    public String vault(String... arguments) {
        List<String> command = new ArrayList<>(List.of("vault"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** An AppRole login with these policies: role id and a file with a secret id. */
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

    /** How to log in. */
    public record Login(String roleId, Path secretIdFile) {}

    public Login broker() {
        return new Login(roleId, secretIdFile);
    }

    public URI address() {
        return address;
    }

    private JsonObject get(String path) throws IOException, InterruptedException {
        return new JsonObject(http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** A request with {@code token}: its status and body. */
    public HttpResponse<String> send(String token, String method, String path, String body) {
        try {
            return http.send(
                    HttpRequest.newBuilder(address.resolve("/v1/" + path))
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
        return HttpRequest.newBuilder(address.resolve("/v1/" + path)).header("X-Vault-Token", ROOT);
    }
}
