package dev.nexus.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the program {@code vault} from PATH, on 127.0.0.1. {@link #setup} prepares it with deploy/vault/setup. */
public final class VaultServer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(20);
    private static final String DEV_TOKEN = "quickstart";

    private final Artifacts artifacts;
    private final Path folder;
    private final List<String> command;
    private final String address;
    private String operatorToken;
    private Process process;

    private VaultServer(Artifacts artifacts, Path folder, List<String> command, String address) throws IOException {
        this.artifacts = artifacts;
        this.folder = folder;
        this.command = command;
        this.address = address;
        this.operatorToken = DEV_TOKEN;
        this.process = run();
    }

    /** Finds {@code vault} on PATH. */
    public static Optional<Path> binary() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator, -1))
                .map(place -> Path.of(place, "vault"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts a dev server: it is unsealed, and keeps all data in memory until it stops. */
    public static VaultServer dev(Artifacts artifacts, Path folder) throws IOException, InterruptedException {
        String listen = "127.0.0.1:" + FreePorts.any();
        List<String> arguments = List.of(
                "-dev", "-dev-root-token-id=" + DEV_TOKEN, "-dev-no-store-token", "-dev-listen-address=" + listen);
        return server(artifacts, folder, arguments, "http://" + listen);
    }

    /**
     * Starts a server with the given arguments. The server may be sealed or not initialised.
     *
     * @param arguments the arguments of {@code vault server}
     * @param address the address at which the server listens; if it is https, the file vault-ca.pem in {@code folder}
     *     must have the authority of the server's certificate
     */
    public static VaultServer server(Artifacts artifacts, Path folder, List<String> arguments, String address)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(vault(), "server"));
        command.addAll(arguments);
        VaultServer vault = new VaultServer(artifacts, folder, command, address);
        vault.awaitAnswer();
        return vault;
    }

    private static String vault() {
        return binary().orElseThrow(
                        () -> new LauncherException("The program vault is not on PATH. Install HashiCorp Vault 1.13 or"
                                + " newer (developer.hashicorp.com/vault/install), or omit --vault."))
                .toString();
    }

    private Process run() throws IOException {
        // A dev server writes its unseal key into its log. Only the owner can read the folder.
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("vault.log").toFile()))
                .start();
    }

    /** Waits until {@code vault status} exits with 0, or with 2 while sealed. It exits with 1 if no server responds. */
    private void awaitAnswer() throws InterruptedException {
        Instant deadline = Instant.now().plus(START);
        while (exitCode(List.of(vault(), "status")) == 1) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                throw new LauncherException("Vault did not start. Its log is " + folder.resolve("vault.log"));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Runs deploy/vault/setup with {@code --app-role}. Returns the Broker's settings for this Vault. */
    public Map<String, String> setup(String... options) throws InterruptedException {
        Path secretId = folder.resolve("vault-secret-id");
        List<String> setup = new ArrayList<>(List.of(
                artifacts.root().resolve("deploy/vault/setup").toString(),
                "--app-role",
                "--secret-id-file",
                secretId.toString()));
        setup.addAll(List.of(options));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("nexus.cipher.kind", "transit");
        settings.put("quarkus.vault.url", address);
        run(setup)
                .lines()
                .filter(line -> line.startsWith("nexus.") || line.startsWith("quarkus."))
                .forEach(line ->
                        settings.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        return settings;
    }

    /** Runs a command with the operator's token, waits for it, and returns its output. */
    public String run(List<String> arguments) throws InterruptedException {
        try {
            Process running = start(arguments);
            String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (running.waitFor() != 0) {
                throw new LauncherException(arguments.get(0) + " failed: " + output);
            }
            return output;
        } catch (IOException failure) {
            throw new LauncherException(arguments.get(0) + " could not be run", failure);
        }
    }

    private int exitCode(List<String> arguments) throws InterruptedException {
        try {
            Process running = start(arguments);
            running.getInputStream().readAllBytes();
            return running.waitFor();
        } catch (IOException failure) {
            throw new LauncherException(arguments.get(0) + " could not be run", failure);
        }
    }

    private Process start(List<String> arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
        builder.environment().put("VAULT_ADDR", address);
        builder.environment().put("VAULT_TOKEN", operatorToken);
        Path authority = folder.resolve("vault-ca.pem");
        if (Files.exists(authority)) {
            builder.environment().put("VAULT_CACERT", authority.toString());
        }
        return builder.start();
    }

    /** Runs {@code vault <arguments>} with the operator's token, and returns its output. */
    public String vault(String... arguments) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of(vault()));
        all.addAll(List.of(arguments));
        return run(all);
    }

    /** Sets the operator's token for later commands. */
    public void setOperatorToken(String token) {
        operatorToken = token;
    }

    public String address() {
        return address;
    }

    /** Stops the server and closes its connections. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Starts the server again at the same address. */
    public void restart() throws IOException, InterruptedException {
        process = run();
        awaitAnswer();
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
