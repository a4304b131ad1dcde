package dev.nexus.e2e.operations.deploy;

import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.operations.deploy.ComposeFile.Mount;
import dev.nexus.e2e.operations.deploy.ComposeFile.Service;
import dev.nexus.launcher.EmbeddedDatabase;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs the services of a Compose file as plain processes with the same commands, environment, files and order.
 *
 * <p>It replaces only values that need a container: paths become paths below a folder, and addresses become ports of
 * 127.0.0.1. It starts the embedded PostgreSQL, with the same set-up as in the image.
 */
final class ComposedProcesses implements AutoCloseable {

    /** The number of characters of a log in a failure message. */
    private static final int TAIL = 4_000;

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Pattern ENTRYPOINT = Pattern.compile("(?m)^ENTRYPOINT \\[(.*)\\]$");

    private final Path folder;
    private final ComposeFile compose;
    private final ContainerAddresses addresses;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private @Nullable EmbeddedDatabase database;

    private ComposedProcesses(Path folder, ComposeFile compose, ContainerAddresses addresses) {
        this.folder = folder;
        this.compose = compose;
        this.addresses = addresses;
    }

    /** Creates the services without starting them. */
    static ComposedProcesses of(Path folder) throws IOException {
        Map<String, Integer> ports = ContainerAddresses.freePorts();
        ComposeFile compose = ComposeFile.ofProject(Map.of("NEXUS_PORT", String.valueOf(ports.get("gateway:8080"))));
        return new ComposedProcesses(folder, compose, new ContainerAddresses(folder, compose, ports));
    }

    /** Does the same as {@code docker compose up --wait}. */
    void up() throws IOException {
        for (Service service : compose.inOrder("")) {
            awaitDependencies(service);
            start(service);
        }
        compose.inOrder("").stream()
                .filter(service -> !service.healthTest().isEmpty())
                .forEach(service -> awaitCondition(service, "service_healthy"));
    }

    /** Does the same as {@code docker compose run --rm}: runs a job to completion and returns its output. */
    String run(String name) throws IOException {
        Service service = compose.service(name);
        start(service);
        awaitCondition(service, "service_completed_successfully");
        return Files.readString(log(service));
    }

    private void awaitDependencies(Service service) {
        service.dependsOn().forEach((before, condition) -> awaitCondition(compose.service(before), condition));
    }

    private void awaitCondition(Service service, String condition) {
        switch (condition) {
            case "service_completed_successfully" -> awaitEnd(service);
            case "service_healthy" ->
                await(service.name() + " is healthy")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(200))
                        .until(() -> isHealthy(service));
            default -> throw new IllegalArgumentException(service.name() + " has an unknown condition: " + condition);
        }
    }

    private void awaitEnd(Service service) {
        Process process = process(service);
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(service.name() + " failed: " + logTail(service));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private boolean isHealthy(Service service) throws IOException, InterruptedException {
        if (processes.containsKey(service.name()) && !process(service).isAlive()) {
            throw new AssertionError(service.name() + " stopped: " + logTail(service));
        }
        List<String> test = new ArrayList<>(service.healthTest());
        if (!test.remove(0).equals("CMD")) {
            throw new IllegalArgumentException(service.name() + "'s health test is not a CMD");
        }
        ProcessBuilder probe = builder(service, test);
        probe.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        return probe.start().waitFor() == 0;
    }

    private Process process(Service service) {
        Process process = processes.get(service.name());
        if (process == null) {
            throw new IllegalStateException(service.name() + " was not started");
        }
        return process;
    }

    private String logTail(Service service) {
        try {
            Path error = error(service);
            String all = Files.readString(log(service)) + (Files.exists(error) ? Files.readString(error) : "");
            return all.substring(Math.max(0, all.length() - TAIL));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void start(Service service) throws IOException {
        Files.createDirectories(addresses.own(service));
        for (Mount mount : service.mounts()) {
            provide(service, mount);
        }
        if (service.image().startsWith("postgres:")) {
            startDatabase(service);
            return;
        }
        List<String> command =
                new ArrayList<>(service.has("entrypoint") ? service.list("entrypoint") : entrypoint(service));
        command.addAll(service.list("command"));
        ProcessBuilder builder =
                builder(service, command).redirectOutput(log(service).toFile());
        builder.redirectError(error(service).toFile());
        processes.put(service.name(), builder.start());
    }

    /** Returns the image's ENTRYPOINT from its Dockerfile. */
    private List<String> entrypoint(Service service) throws IOException {
        Service builder = Optional.ofNullable(compose.builders().get(service.image()))
                .orElseThrow(() -> new IllegalArgumentException(service.image() + " is built by no service"))
                .get(0);
        Path dockerfile = compose.folder().resolve(builder.dockerfile());
        Matcher found = ENTRYPOINT.matcher(Files.readString(dockerfile));
        if (!found.find()) {
            throw new IllegalArgumentException(dockerfile + " has no ENTRYPOINT in exec form");
        }
        // The options left out here need the image's Java, which can be newer than the Java of the tests.
        return Pattern.compile("\"([^\"]*)\"")
                .matcher(found.group(1))
                .results()
                .map(part -> part.group(1))
                .filter(part -> !part.startsWith("-XX:AOT") && !part.startsWith("--sun-misc-unsafe"))
                .toList();
    }

    private ProcessBuilder builder(Service service, List<String> command) throws IOException {
        List<String> mapped =
                command.stream().map(part -> addresses.mapped(service, part)).toList();
        ProcessBuilder builder =
                new ProcessBuilder(mapped).directory(addresses.own(service).toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        String java = Path.of(System.getProperty("java.home"), "bin").toString();
        environment.put("PATH", java + File.pathSeparator + System.getenv("PATH"));
        environment.put("HOME", addresses.own(service).toString());
        environment.putAll(ownPorts(service));
        service.environment().forEach((name, value) -> environment.put(name, addresses.mapped(service, value)));
        return builder;
    }

    private Map<String, String> ownPorts(Service service) {
        return switch (service.name()) {
            case "gateway" -> quarkus(addresses.port("gateway:8080"), addresses.port("gateway:9000"));
            case "broker" -> quarkus(addresses.port("broker:8081"), addresses.port("broker:9001"));
            default -> Map.of();
        };
    }

    private static Map<String, String> quarkus(int http, int management) {
        return Map.of(
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", String.valueOf(http),
                "QUARKUS_HTTP_SSL_PORT", String.valueOf(http),
                "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
                "QUARKUS_MANAGEMENT_PORT", String.valueOf(management));
    }

    /** Links a volume or a folder of the project. Copies a file with the paths and addresses of this machine. */
    private void provide(Service service, Mount mount) throws IOException {
        Path place = addresses.path(service, mount.target());
        Path source = compose.folder().resolve(mount.source()).normalize();
        Files.createDirectories(place.getParent());
        if (!mount.isOfTheProject()) {
            link(place, Files.createDirectories(folder.resolve("volumes").resolve(mount.source())));
        } else if (Files.isDirectory(source)) {
            link(place, source);
        } else {
            Files.writeString(place, addresses.mapped(service, Files.readString(source)));
            if (Files.isExecutable(source) && !place.toFile().setExecutable(true)) {
                throw new IOException(place + " cannot be made executable");
            }
        }
    }

    private static void link(Path place, Path there) throws IOException {
        if (!Files.isSymbolicLink(place)) {
            Files.createSymbolicLink(place, there);
        }
    }

    private Path log(Service service) {
        return addresses.own(service).resolve("out.log");
    }

    private Path error(Service service) {
        return addresses.own(service).resolve("error.log");
    }

    private void startDatabase(Service service) throws IOException {
        Path place = folder.resolve("volumes/postgres-data");
        boolean isNew = !Files.exists(place.resolve("data"));
        database = EmbeddedDatabase.start(place, addresses.port("postgres:5432"));
        if (isNew) {
            prepareLikeTheImage(service, database);
        }
    }

    private void prepareLikeTheImage(Service service, EmbeddedDatabase started) throws IOException {
        String name = service.environment().getOrDefault("POSTGRES_DB", "");
        try (Connection connection = DriverManager.getConnection(started.jdbcUrl(), started.user(), "");
                Statement sql = connection.createStatement()) {
            sql.execute("create database " + name);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        for (Mount mount : service.mounts()) {
            if (mount.target().startsWith("/docker-entrypoint-initdb.d/")) {
                ProcessBuilder script = builder(service, List.of(mount.target()));
                script.environment().put("PGHOST", "127.0.0.1");
                script.environment().put("PGPORT", String.valueOf(started.port()));
                script.redirectErrorStream(true).redirectOutput(log(service).toFile());
                processes.put(service.name(), script.start());
                awaitEnd(service);
                processes.remove(service.name());
            }
        }
        // The embedded PostgreSQL trusts all users. The image requires passwords, so require them here too.
        Files.writeString(started.data().resolve("pg_hba.conf"), """
                host all postgres 127.0.0.1/32 trust
                host all all 127.0.0.1/32 scram-sha-256
                """);
        started.stop();
        started.restart();
    }

    /** Returns the published URL of the Gateway. */
    String gatewayUrl() {
        return "http://127.0.0.1:" + addresses.port("gateway:8080");
    }

    /** Connects to the database with the credentials in database.properties of {@code volume}. */
    Connection connect(String volume) throws IOException, SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve("volumes/" + volume + "/database.properties"))) {
            settings.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + addresses.port("postgres:5432") + "/nexus",
                settings.get("quarkus.datasource.username"),
                settings.get("quarkus.datasource.password"));
    }

    /** Returns the logs of all services. */
    String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Service service : compose.services()) {
            for (String name : List.of("out.log", "error.log")) {
                Path log = addresses.own(service).resolve(name);
                // The purpose of this job is to print the API key.
                if (Files.exists(log) && !service.name().equals("access")) {
                    all.append(Files.readString(log, StandardCharsets.UTF_8));
                }
            }
        }
        return all.toString();
    }

    /** Does the same as {@code docker compose stop}: sends SIGTERM to all services and returns their exit codes. */
    Map<String, Integer> stop() throws IOException, InterruptedException {
        Map<String, Integer> ends = new LinkedHashMap<>();
        // Stop the callers of Vault first and in parallel: each service waits for its own callers before it stops.
        List<String> running = processes.entrySet().stream()
                .filter(one -> one.getValue().isAlive())
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing("vault"::equals))
                .toList();
        running.stream().filter(name -> !name.equals("vault")).forEach(this::terminate);
        for (String name : running) {
            terminate(name);
            Process process = process(compose.service(name));
            if (!process.waitFor(45, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            ends.put(name, process.exitValue());
        }
        processes.clear();
        if (database != null) {
            database.close();
            database = null;
        }
        return ends;
    }

    private void terminate(String name) {
        process(compose.service(name)).destroy();
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException interrupted) {
            processes.values().forEach(Process::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
