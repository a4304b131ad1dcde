package dev.nexus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The whole product on 127.0.0.1: PostgreSQL, Broker and Gateway. Closing it ends all three. */
public final class Nexus implements AutoCloseable {

    /** The origin of {@link Quickstart}'s RETURN_URL. */
    private static final List<String> RETURN_ORIGINS =
            List.of("https://your-app.com", "http://127.0.0.1:3000", "http://localhost:3000");

    static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final String FAST = "1000000";
    private static final int UNAUTHORIZED = 401;
    /** The Gateway follows its keys file within two seconds. */
    private static final Duration ADMISSION = Duration.ofSeconds(20);

    /** Where the plan's settings name a database of their own, none is started. */
    private static final String DATABASE = "quarkus.datasource.jdbc.url";

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Plan plan;
    private final List<MintedKey> keys = new ArrayList<>();
    private final int gatewayPort;
    private final int brokerPort;
    private boolean closed;
    private @Nullable DevCertificates certificates;
    private @Nullable EmbeddedDatabase database;
    private @Nullable ServiceProcess broker;
    private @Nullable ServiceProcess gateway;

    /**
     * What to start.
     *
     * @param artifacts what the build made
     * @param folder where data, keys and logs go
     * @param gatewayPort 0 for any free one; likewise the others
     * @param settings handed to both services as -D; quarkus.datasource.jdbc.url among them names a PostgreSQL that runs
     *     already, and then none is started
     * @param wishes the API keys to mint; those of a kept folder stay
     * @param progress is told what is going on, a line at a time
     */
    public record Plan(
            Artifacts artifacts,
            Path folder,
            int gatewayPort,
            int brokerPort,
            int postgresPort,
            Map<String, String> settings,
            List<MintedKey.Wish> wishes,
            Consumer<String> progress) {}

    private Nexus(Plan plan) throws IOException {
        this.plan = plan;
        this.gatewayPort = FreePorts.choose(plan.gatewayPort(), "--gateway-port");
        this.brokerPort = FreePorts.choose(plan.brokerPort(), "--broker-port");
    }

    /** A wish for a key of the quickstart's rate and return origins. */
    public static MintedKey.Wish wish(String tenant, String scopes) {
        List<String> options = new ArrayList<>(List.of("--rate", FAST, "--burst", FAST));
        RETURN_ORIGINS.forEach(origin -> options.addAll(List.of("--return-origin", origin)));
        return new MintedKey.Wish(tenant, scopes, options);
    }

    /** Starts everything and waits until it is ready; ends what has begun where a part fails. */
    public static Nexus start(Plan plan) throws IOException, InterruptedException {
        Nexus nexus = new Nexus(plan);
        Thread ender = new Thread(nexus::close, "end");
        Runtime.getRuntime().addShutdownHook(ender);
        try {
            nexus.begin();
            return nexus;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            nexus.close();
            throw failure;
        }
    }

    private void begin() throws IOException, InterruptedException {
        Files.createDirectories(plan.folder());
        boolean embedded = !plan.settings().containsKey(DATABASE);
        plan.progress().accept(embedded ? "Starting PostgreSQL and minting the keys" : "Minting the keys");
        CompletableFuture<Void> minting = CompletableFuture.runAsync(this::mint);
        if (embedded) {
            database = EmbeddedDatabase.start(plan.folder(), FreePorts.choose(plan.postgresPort(), "--postgres-port"));
            remember(database());
        }
        ServiceKey.make(file("service-key.json"), file("gateway-keys.json"));
        certificates = DevCertificates.in(file("tls"));
        plan.progress().accept("Starting the Broker and the Gateway");
        broker = ServiceProcess.start(
                "Broker", plan.artifacts().brokerJar(), brokerSettings(brokerPort), file("broker.log"));
        remember(broker());
        join(minting);
        gateway = ServiceProcess.start(
                "Gateway", plan.artifacts().gatewayJar(), gatewaySettings(gatewayPort), file("gateway.log"));
        remember(gateway());
        broker().awaitReady();
        gateway().awaitReady();
    }

    /** Takes a started part to be ended; where the end has come in the meantime, ends it at once. */
    synchronized void remember(AutoCloseable part) {
        running.push(part);
        if (closed) {
            close();
            throw new LauncherException("Stopped while starting");
        }
    }

    private static void join(CompletableFuture<Void> minting) {
        try {
            minting.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof LauncherException known ? known : failure;
        }
    }

    private void mint() {
        try {
            if (Files.exists(file("api-keys.yaml"))) {
                Files.readAllLines(file("keys.txt")).forEach(key -> keys.add(new MintedKey(key, "")));
                return;
            }
            try (KeyMint mint = KeyMint.of(plan.artifacts())) {
                plan.wishes().forEach(wish -> keys.add(mint.mint(wish)));
            }
            StringBuilder file = new StringBuilder("keys:\n");
            keys.forEach(key -> file.append(key.entry()));
            Files.write(
                    Files.createFile(file("keys.txt"), OWNER_ONLY),
                    keys.stream().map(MintedKey::key).toList());
            Files.writeString(file("api-keys.yaml"), file);
        } catch (IOException failure) {
            throw new LauncherException("The API keys could not be minted and written", failure);
        }
    }

    /** Mints one more API key, lists it with the others, and waits until the Gateway takes it. */
    public MintedKey admit(MintedKey.Wish wish) throws IOException, InterruptedException {
        MintedKey key;
        try (KeyMint mint = KeyMint.of(plan.artifacts())) {
            key = mint.mint(wish);
        }
        // In one step: the Gateway never reads half a file.
        Path next = file("api-keys.yaml.new");
        Files.writeString(next, Files.readString(file("api-keys.yaml")) + key.entry());
        Files.move(next, file("api-keys.yaml"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Http http = new Http(gatewayUrl(), key.key());
        Instant patience = Instant.now().plus(ADMISSION);
        while (http.send("GET", "/v1/providers", null).status() == UNAUTHORIZED) {
            if (Instant.now().isAfter(patience)) {
                throw new LauncherException("The Gateway does not take a new API key");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return key;
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
        // No vendor is asked unless the plan's settings say so: VendorChecks.
        settings.put("nexus.verification.enabled", "false");
        settings.putAll(certificates().brokerSettings(brokerPort));
        settings.putAll(plan.settings());
        return settings;
    }

    private Map<String, String> gatewaySettings(int gatewayPort) throws IOException {
        Map<String, String> settings = service(gatewayPort);
        settings.put("nexus.gateway.public-url", gatewayUrl());
        settings.put("nexus.gateway.broker-url", brokerUrl());
        settings.put("nexus.gateway.api-keys-file", file("api-keys.yaml").toString());
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

    /** The minted keys, in the order of the wishes. */
    public List<MintedKey> keys() {
        return List.copyOf(keys);
    }

    Artifacts artifacts() {
        return plan.artifacts();
    }

    public Path folder() {
        return plan.folder();
    }

    /** What the Broker and the Gateway know each other by. */
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

    /** Ends the Broker and starts it with {@code changed} settings in the place of what it had; waits until it is ready. */
    public void restartBroker(Map<String, String> changed) throws IOException, InterruptedException {
        ServiceProcess former = broker();
        Map<String, String> settings = brokerSettings(brokerPort);
        settings.putAll(changed);
        former.close();
        ServiceProcess next =
                ServiceProcess.start("Broker", plan.artifacts().brokerJar(), settings, file("broker.log"));
        broker = next;
        remember(next);
        next.awaitReady();
    }

    /**
     * Starts one more replica of a service, on ports of its own, without waiting for it.
     *
     * @param changed settings in the place of what the first one has
     */
    public ServiceProcess another(DevCertificates.Service service, Map<String, String> changed, List<String> jvmOptions)
            throws IOException {
        return another(plan.artifacts(), service, changed, jvmOptions);
    }

    /** Likewise, of another version. */
    public ServiceProcess another(
            Artifacts version, DevCertificates.Service service, Map<String, String> changed, List<String> jvmOptions)
            throws IOException {
        int port = FreePorts.any();
        boolean isBroker = service == DevCertificates.Service.BROKER;
        Map<String, String> settings = isBroker ? brokerSettings(port) : gatewaySettings(port);
        settings.putAll(changed);
        ServiceProcess replica = ServiceProcess.start(
                isBroker ? "Broker" : "Gateway",
                isBroker ? version.brokerJar() : version.gatewayJar(),
                settings,
                jvmOptions,
                file((isBroker ? "broker-" : "gateway-") + port + ".log"));
        remember(replica);
        return replica;
    }

    /** Runs the Broker's command migrate over this database, with {@code more} settings. */
    public void migrate(Map<String, String> more) throws IOException, InterruptedException {
        migrate(plan.artifacts(), more);
    }

    /** Likewise, that of another version. */
    public void migrate(Artifacts version, Map<String, String> more) throws IOException, InterruptedException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("quarkus.datasource.jdbc.url", database().jdbcUrl());
        settings.put("quarkus.datasource.username", database().user());
        settings.put("quarkus.datasource.password", "");
        settings.putAll(more);
        migrate(version, settings, file("migrate.log"));
    }

    /** Runs the Broker's command migrate over the database that {@code settings} name. */
    public static void migrate(Artifacts version, Map<String, String> settings, Path log)
            throws IOException, InterruptedException {
        Java.run(version.brokerJar(), settings, List.of("migrate"), log);
    }

    /** Adds a key to the local keyset by the Broker's command; running Brokers follow. */
    public void rotateLocalKeyset() throws IOException, InterruptedException {
        Java.run(
                plan.artifacts().brokerJar(),
                Map.of(),
                List.of("rotate-local-keyset", "--keyset-file", keysetFile().toString()),
                file("rotate-local-keyset.log"));
    }

    /** Where the local keyset lies. */
    public Path keysetFile() {
        return file("keyset.json");
    }

    /** Ends what runs, the last one first; a second time does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception failure) {
                plan.progress()
                        .accept("Ending a part failed: " + failure.getClass().getName());
            }
        }
    }

    /** Empties a folder of a former start. */
    static void empty(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        empty(folder);
    }
}
