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
 * The command behind the file {@code quickstart}, which prints quickstart-help.txt without running this: after a change of
 * options or texts, {@code QuickstartHelpTest} fails and names the command that rewrites the file.
 */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        version = "Nexus 0.1.0",
        description = {
            "Starts PostgreSQL, the Broker and the Gateway on 127.0.0.1 and runs until Ctrl-C.",
            "",
            "Data, keys and logs are in target/quickstart. The file target/quickstart.env holds the addresses and API keys.",
            "",
            "Credentials are encrypted with a key file on this machine or, with --vault, by a Vault that keeps its keys in"
                    + " memory. Neither is for production.",
            "",
            "The Broker checks credentials only with a demo vendor on this machine, which accepts the keys that begin with"
                    + " good_. -Dnexus.verification.enabled=true also asks the real vendors, over the Internet.",
            "",
            "To use a PostgreSQL that already runs, set -Dquarkus.datasource.jdbc.url and"
                    + " -Dquarkus.datasource.reactive.url, and pass its user and password as"
                    + " QUARKUS_DATASOURCE_USERNAME and QUARKUS_DATASOURCE_PASSWORD.",
            ""
        })
public final class Quickstart implements Callable<Integer> {

    @Option(
            names = "--walk",
            description =
                    "Performs the whole flow against itself, prints each request and response, and exits with 0 or 1.")
    private boolean walk;

    @Option(names = "--keep", description = "Keeps the data and keys of the last start, which are deleted otherwise.")
    private boolean keep;

    @Option(
            names = "--vault",
            description =
                    "Encrypts with Vault Transit instead of a key file. Runs the vault on PATH as a dev server, prepared"
                            + " with the files in deploy/vault. Not with --keep: a dev server forgets its keys.")
    private boolean vault;

    @Option(names = "--gateway-port", defaultValue = "0", description = "The Gateway's port; any free one by default.")
    private int gatewayPort;

    @Option(names = "--broker-port", defaultValue = "0", description = "The Broker's port; any free one by default.")
    private int brokerPort;

    @Option(names = "--postgres-port", defaultValue = "0", description = "PostgreSQL's port; any free one by default.")
    private int postgresPort;

    @Option(
            names = "--example",
            description = "Also starts the example backend, an application that connects its users' accounts: see"
                    + " examples/backend/README.md.")
    private boolean example;

    @Option(
            names = "--example-port",
            defaultValue = "0",
            description = "The example backend's port; any free one by default.")
    private int examplePort;

    @Option(
            names = "-D",
            mapFallbackValue = "",
            paramLabel = "name=value",
            description =
                    "A setting for both services, such as -Dnexus.state.ttl=PT2M; repeatable. Settings that begin with"
                            + " example. go to the example backend.")
    private Map<String, String> settings = Map.of();

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

    private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);

    public static void main(String... arguments) {
        System.exit(new CommandLine(new Quickstart()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        // PostgreSQL's own progress is of no interest to who runs this; its failures come as exceptions.
        Logger.getLogger("").setLevel(Level.SEVERE);
        Artifacts artifacts = Artifacts.around(Path.of(""));
        Path target = artifacts.root().resolve("target");
        Path folder = target.resolve("quickstart");
        Path envFile = target.resolve("quickstart.env");
        Files.createDirectories(target);
        try (FileChannel channel = FileChannel.open(
                        target.resolve("quickstart.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock alone = channel.tryLock()) {
            if (alone == null) {
                throw new LauncherException("A quickstart runs in this folder already; end it first");
            }
            Files.deleteIfExists(envFile);
            if (keep && vault) {
                throw new LauncherException(
                        "--keep does not go with --vault: a dev server forgets its keys when it ends");
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
        out.println("Starting and preparing Vault");
        try (VaultServer server = VaultServer.dev(artifacts, folder)) {
            // Ctrl-C ends the process without leaving this block; ending twice does no harm.
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "end-vault"));
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
                List.of(
                        Nexus.wish("acme", "all"),
                        Nexus.wish("globex", "all"),
                        Nexus.wish("acme", "connections:write,connections:read")),
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
                // Until Ctrl-C or SIGTERM: the shutdown hook then ends what runs.
                new CountDownLatch(1).await();
            }
        }
    }

    private static void startStubVendor(Nexus nexus) throws IOException, InterruptedException {
        StubVendor vendor = StubVendor.start(nexus.certificates().authority());
        nexus.remember(vendor);
        vendor.register(new Http(nexus.gatewayUrl(), nexus.keys().get(0).key()));
    }

    private static String provider(Nexus nexus, String slug) throws IOException, InterruptedException {
        Http http = new Http(nexus.gatewayUrl(), nexus.keys().get(0).key());
        String id = http.send("GET", "/v1/providers/" + slug, null)
                .json()
                .path("id")
                .asText();
        if (id.isEmpty()) {
            throw new LauncherException("The Gateway does not know the provider " + slug);
        }
        return id;
    }
}
