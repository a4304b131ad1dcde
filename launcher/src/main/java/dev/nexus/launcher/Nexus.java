package dev.nexus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs PostgreSQL, the Broker and the Gateway on 127.0.0.1. {@link #close} stops all three. */
public final class Nexus implements AutoCloseable {

    /** The origin of {@link QuickstartEnv#RETURN_URL}, and two for an application on this machine. */
    private static final List<String> RETURN_ORIGINS =
            List.of("https://your-app.com", "http://127.0.0.1:3000", "http://localhost:3000");

    private static final String FAST = "1000000";
    private static final int UNAUTHORIZED = 401;
    /** The Gateway reloads its keys file every two seconds. */
    private static final Duration KEY_TIMEOUT = Duration.ofSeconds(20);

    /** If the plan's settings contain this setting, no PostgreSQL is started. */
    private static final String DATABASE = "quarkus.datasource.jdbc.url";

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Plan plan;
    private final ApiKeys apiKeys;
    private final int gatewayPort;
    private final int brokerPort;
    private boolean closed;
    private @Nullable DevCertificates certificates;
    private @Nullable EmbeddedDatabase database;
    private @Nullable ServiceProcess broker;
    private @Nullable ServiceProcess gateway;

    /**
     * The parameters of a run.
     *
     * @param artifacts the jars of the build
     * @param folder for data, keys and logs
     * @param gatewayPort 0 for any free port. The same applies to the other ports
     * @param settings passed to both services as -D options. If they contain quarkus.datasource.jdbc.url, no PostgreSQL is
     *     started
     * @param jvmOptions JVM options of both services
     * @param keys the API keys to mint; not used if the folder already has keys
     * @param progress receives one line for each step
     */
    public record Plan(
            Artifacts artifacts,
            Path folder,
            int gatewayPort,
            int brokerPort,
            int postgresPort,
            Map<String, String> settings,
            List<String> jvmOptions,
            List<MintedKey.Spec> keys,
            Consumer<String> progress) {}

    private Nexus(Plan plan) throws IOException {
        this.plan = plan;
        this.apiKeys = new ApiKeys(plan.artifacts(), plan.folder());
        this.gatewayPort = FreePorts.choose(plan.gatewayPort(), "--gateway-port");
        this.brokerPort = FreePorts.choose(plan.brokerPort(), "--broker-port");
    }

    /** Returns the properties of a key with the quickstart's rate and return origins. */
    public static MintedKey.Spec keySpec(String tenant, String scopes) {
        List<String> options = new ArrayList<>(List.of("--rate", FAST, "--burst", FAST));
        RETURN_ORIGINS.forEach(origin -> options.addAll(List.of("--return-origin", origin)));
        return new MintedKey.Spec(tenant, scopes, options);
    }

    /** Starts all parts and waits until they are ready. If a part fails, stops the parts that have started. */
    public static Nexus start(Plan plan) throws IOException, InterruptedException {
        Nexus nexus = new Nexus(plan);
        Runtime.getRuntime().addShutdownHook(new Thread(nexus::close, "shutdown"));
        try {
            nexus.startParts();
            return nexus;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            nexus.close();
            throw failure;
        }
    }

    private void startParts() throws IOException, InterruptedException {
        Files.createDirectories(plan.folder());
        boolean embedded = !plan.settings().containsKey(DATABASE);
        plan.progress().accept(embedded ? "Starting PostgreSQL and minting the keys" : "Minting the keys");
        CompletableFuture<Void> minting = CompletableFuture.runAsync(() -> apiKeys.mint(plan.keys()));
        if (embedded) {
            database = EmbeddedDatabase.start(plan.folder(), FreePorts.choose(plan.postgresPort(), "--postgres-port"));
            register(database());
        }
        ServiceKey.create(file("service-key.json"), file("gateway-keys.json"));
        certificates = DevCertificates.in(file("tls"));
        plan.progress().accept("Starting the Broker and the Gateway");
        broker = startBroker(brokerSettings(brokerPort));
        register(broker());
        try {
            minting.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof LauncherException known ? known : failure;
        }
        gateway = ServiceProcess.start(
                "Gateway",
                plan.artifacts().gatewayJar(),
                gatewaySettings(gatewayPort),
                plan.jvmOptions(),
                file("gateway.log"));
        register(gateway());
        broker().awaitReady();
        gateway().awaitReady();
    }

    /**
     * Registers a started part, so that {@link #close} stops it. If Nexus is already closed, stops the part immediately
     * and throws a {@link LauncherException}.
     */
    public synchronized void register(AutoCloseable part) {
        running.push(part);
        if (closed) {
            close();
            throw new LauncherException("Nexus was stopped while it started");
        }
    }

    /** Mints another API key, adds it to the Gateway's file, and waits until the Gateway accepts it. */
    public MintedKey addKey(MintedKey.Spec spec) throws IOException, InterruptedException {
        MintedKey key = apiKeys.add(spec);
        Http http = new Http(gatewayUrl(), key.key());
        Instant deadline = Instant.now().plus(KEY_TIMEOUT);
        while (http.send("GET", "/v1/providers", null).status() == UNAUTHORIZED) {
            if (Instant.now().isAfter(deadline)) {
                throw new LauncherException("The Gateway did not accept the new API key within "
                        + KEY_TIMEOUT.toSeconds() + " seconds. Its log is " + file("gateway.log"));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return key;
    }

    /** Returns the settings of another replica of a service, on free ports. */
    public Map<String, String> settings(DevCertificates.Service service) throws IOException {
        int port = FreePorts.any();
        return service == DevCertificates.Service.BROKER ? brokerSettings(port) : gatewaySettings(port);
    }

    private Map<String, String> brokerSettings(int brokerPort) throws IOException {
        Map<String, String> settings = service(brokerPort);
        if (database != null) {
            settings.put("quarkus.datasource.username", database.user());
            settings.put("quarkus.datasource.password", "");
            settings.put(DATABASE, database.jdbcUrl());
            settings.put("quarkus.datasource.reactive.url", database.reactiveUrl());
        }
        settings.put("nexus.broker.gateway-keys-file", file("gateway-keys.json").toString());
        settings.put("nexus.cipher.local.keyset-file", keysetFile().toString());
        // Verification is off unless the plan's settings turn it on, see VendorChecks.
        settings.put("nexus.verification.enabled", "false");
        settings.putAll(certificates().brokerSettings(brokerPort));
        settings.putAll(plan.settings());
        return settings;
    }

    private Map<String, String> gatewaySettings(int gatewayPort) throws IOException {
        Map<String, String> settings = service(gatewayPort);
        settings.put("nexus.gateway.public-url", gatewayUrl());
        settings.put("nexus.gateway.broker-url", brokerUrl());
        settings.put("nexus.gateway.api-keys-file", apiKeys.file().toString());
        settings.put("nexus.gateway.service-key-file", file("service-key.json").toString());
        settings.putAll(certificates().gatewaySettings());
        settings.putAll(plan.settings());
        return settings;
    }

    private static Map<String, String> service(int port) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("quarkus.profile", "quickstart");
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", String.valueOf(port));
        settings.put("quarkus.management.host", "127.0.0.1");
        settings.put("quarkus.management.port", String.valueOf(FreePorts.any()));
        // The two services share this machine. With one event loop per CPU in each, their threads would take turns.
        settings.put(
                "quarkus.vertx.event-loops-pool-size",
                String.valueOf(Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
        return settings;
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("not started");
        }
        return part;
    }

    private Path file(String name) {
        return plan.folder().resolve(name);
    }

    public String gatewayUrl() {
        return "http://127.0.0.1:" + gatewayPort;
    }

    public String brokerUrl() {
        return "https://127.0.0.1:" + brokerPort;
    }

    /** The minted keys, in the order of the plan. */
    public List<MintedKey> keys() {
        return apiKeys.all();
    }

    public Artifacts artifacts() {
        return plan.artifacts();
    }

    public Path folder() {
        return plan.folder();
    }

    /** The certificates of the Broker and the Gateway. */
    public DevCertificates certificates() {
        return started(certificates);
    }

    public EmbeddedDatabase database() {
        return started(database);
    }

    public ServiceProcess broker() {
        return started(broker);
    }

    public ServiceProcess gateway() {
        return started(gateway);
    }

    /** Restarts the Broker with the settings in {@code changed} replaced, and waits until it is ready. */
    public void restartBroker(Map<String, String> changed) throws IOException, InterruptedException {
        Map<String, String> settings = brokerSettings(brokerPort);
        settings.putAll(changed);
        broker().close();
        ServiceProcess next = startBroker(settings);
        broker = next;
        register(next);
        next.awaitReady();
    }

    private ServiceProcess startBroker(Map<String, String> settings) throws IOException {
        return ServiceProcess.start(
                "Broker", plan.artifacts().brokerJar(), settings, plan.jvmOptions(), file("broker.log"));
    }

    /** The file of the local keyset. */
    public Path keysetFile() {
        return file("keyset.json");
    }

    /** Stops all parts, the last started first. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception failure) {
                plan.progress()
                        .accept("A part failed to stop: " + failure.getClass().getName());
            }
        }
    }
}
