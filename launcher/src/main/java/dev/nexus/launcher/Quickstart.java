package dev.nexus.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command that the script {@code quickstart} runs. The script prints quickstart-help.txt itself, without starting
 * Java. If the options or texts here change, {@code QuickstartHelpTest} fails and names the command that rewrites that
 * file.
 */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        version = "Nexus 0.1.0",
        description = {
            "Starts PostgreSQL, the Broker and the Gateway on 127.0.0.1 and runs until Ctrl-C.",
            "",
            "Data, keys and logs are in target/quickstart. The file target/quickstart.env has the addresses and API keys.",
            "",
            "A key file on this machine encrypts the credentials. With --vault, a Vault encrypts them, with keys in memory."
                    + " Use neither in production.",
            "",
            "The Broker checks credentials only with a demo vendor on this machine, which accepts the keys that begin with"
                    + " good_. With -Dnexus.verification.enabled=true it also checks them with the real vendors, over the"
                    + " Internet.",
            "",
            "To use an existing PostgreSQL, set -Dquarkus.datasource.jdbc.url and"
                    + " -Dquarkus.datasource.reactive.url, and pass its user and password as"
                    + " QUARKUS_DATASOURCE_USERNAME and QUARKUS_DATASOURCE_PASSWORD.",
            ""
        })
public final class Quickstart implements Callable<Integer> {

    @Option(
            names = "--walk",
            description =
                    "Runs the whole flow once, prints each request and response, and exits with code 0, or 1 on failure.")
    private boolean walk;

    @Option(
            names = "--keep",
            description = "Keeps the data and keys of the previous run. By default, they are deleted.")
    private boolean keep;

    @Option(
            names = "--vault",
            description =
                    "Encrypts with Vault Transit instead of a key file. Runs the vault on PATH as a dev server, and sets"
                            + " it up with the files in deploy/vault. Cannot be used with --keep, because a dev server"
                            + " loses its keys when it stops.")
    private boolean vault;

    @Option(names = "--gateway-port", defaultValue = "0", description = "The Gateway's port. Default: any free port.")
    private int gatewayPort;

    @Option(names = "--broker-port", defaultValue = "0", description = "The Broker's port. Default: any free port.")
    private int brokerPort;

    @Option(names = "--postgres-port", defaultValue = "0", description = "PostgreSQL's port. Default: any free port.")
    private int postgresPort;

    @Option(
            names = "--example",
            description = "Also starts the example backend, an application that connects its users' accounts. See"
                    + " examples/backend/README.md.")
    private boolean example;

    @Option(
            names = "--example-port",
            defaultValue = "0",
            description = "The example backend's port. Default: any free port.")
    private int examplePort;

    @Option(
            names = "-D",
            mapFallbackValue = "",
            paramLabel = "name=value",
            description =
                    "A setting for both services, such as -Dnexus.state.ttl=PT2M. Can be repeated. Settings that begin"
                            + " with example. are passed to the example backend.")
    private Map<String, String> settings = Map.of();

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

    private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);

    public static void main(String... arguments) {
        System.exit(new CommandLine(new Quickstart()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        // Hides the progress of PostgreSQL. Its failures are thrown as exceptions.
        Logger.getLogger("").setLevel(Level.SEVERE);
        Artifacts artifacts = Artifacts.around(Path.of(""));
        Path target = artifacts.root().resolve("target");
        Path folder = target.resolve("quickstart");
        Path envFile = target.resolve("quickstart.env");
        Files.createDirectories(target);
        try (FileChannel channel = FileChannel.open(
                        target.resolve("quickstart.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new LauncherException("Another quickstart is running in this folder. Stop it first.");
            }
            Files.deleteIfExists(envFile);
            if (keep && vault) {
                throw new LauncherException(
                        "--keep cannot be used with --vault, because a dev server loses its keys when it stops."
                                + " Omit one of them.");
            }
            if (!keep) {
                OwnerOnly.emptyFolder(folder);
            }
            if (vault) {
                runWithVault(artifacts, folder, envFile);
            } else {
                run(plan(artifacts, folder, settings), envFile);
            }
            return 0;
        } catch (LauncherException failure) {
            err.println(failure.getMessage());
            return 1;
        }
    }

    private void runWithVault(Artifacts artifacts, Path folder, Path envFile) throws IOException, InterruptedException {
        out.println("Starting Vault and setting it up");
        try (VaultServer server = VaultServer.dev(artifacts, folder)) {
            // Ctrl-C stops the process without leaving this block. Closing twice is harmless.
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-vault"));
            Map<String, String> all = new LinkedHashMap<>(server.setup());
            all.putAll(settings);
            run(plan(artifacts, folder, all), envFile);
        }
    }

    private Nexus.Plan plan(Artifacts artifacts, Path folder, Map<String, String> settings) throws IOException {
        Map<String, String> all = VendorChecks.of(settings).settings(folder);
        all.putAll(settings);
        return new Nexus.Plan(
                artifacts,
                folder,
                gatewayPort,
                brokerPort,
                postgresPort,
                all,
                List.of(),
                List.of(
                        Nexus.keySpec("acme", "all"),
                        Nexus.keySpec("globex", "all"),
                        Nexus.keySpec("acme", "connections:write,connections:read")),
                out::println);
    }

    private void run(Nexus.Plan plan, Path envFile) throws IOException, InterruptedException {
        try (Nexus nexus = Nexus.start(plan)) {
            VendorChecks checks = VendorChecks.of(settings);
            QuickstartEnv env = QuickstartEnv.of(nexus)
                    .with("API_KEY_PROVIDER_ID", provider(nexus, "api-key"))
                    .with("BASIC_PROVIDER_ID", provider(nexus, "basic-auth"));
            if (checks != VendorChecks.NONE) {
                startStubVendor(nexus);
                env = env.with("DEMO_PROVIDER_ID", provider(nexus, StubVendor.SLUG));
            }
            if (example) {
                out.println("Starting the example backend");
                env = env.with(
                        "EXAMPLE_URL",
                        ExampleBackend.start(nexus, examplePort, settings).url());
            }
            env.write(envFile);
            out.println(checks.text());
            if (walk) {
                new Walk(env.values(), out).run();
            } else {
                out.println(Welcome.text(nexus, env, envFile));
                // Waits for Ctrl-C or SIGTERM. The shutdown hook of Nexus then stops all parts.
                new CountDownLatch(1).await();
            }
        }
    }

    private static void startStubVendor(Nexus nexus) throws IOException, InterruptedException {
        StubVendor vendor = StubVendor.start(nexus.certificates().authority());
        nexus.register(vendor);
        vendor.register(new Http(nexus.gatewayUrl(), nexus.keys().get(0).key()));
    }

    private static String provider(Nexus nexus, String slug) throws IOException, InterruptedException {
        Http http = new Http(nexus.gatewayUrl(), nexus.keys().get(0).key());
        String id = http.send("GET", "/v1/providers/" + slug, null)
                .json()
                .path("id")
                .asText();
        if (id.isEmpty()) {
            throw new LauncherException("The Gateway has no provider with the slug " + slug);
        }
        return id;
    }
}
