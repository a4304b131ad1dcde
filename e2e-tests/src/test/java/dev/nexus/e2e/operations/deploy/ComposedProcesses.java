package dev.nexus.e2e.operations.deploy;

import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.operations.deploy.ComposeFile.Mount;
import dev.nexus.e2e.operations.deploy.ComposeFile.Service;
import dev.nexus.launcher.EmbeddedDatabase;
import dev.nexus.launcher.FreePorts;
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
 * What a Compose file says, run as plain processes: the same commands, environment, files and order. Only where a container
 * would be alone is something else in the place of what the file says: a path within a container becomes one below a folder, an
 * address becomes a port of 127.0.0.1. PostgreSQL is the embedded one, prepared as its image prepares it.
 */
final class ComposedProcesses implements AutoCloseable {

    /** Characters of a log that a failure shows. */
    private static final int TAIL = 4_000;

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The ports that the images' programs listen on by themselves. */
    private static final Map<String, List<Integer>> LISTENING = Map.of(
            "postgres", List.of(5432),
            "vault", List.of(8200),
            "broker", List.of(8081, 9001),
            "gateway", List.of(8080, 9000));

    private static final Pattern ENTRYPOINT = Pattern.compile("(?m)^ENTRYPOINT \\[(.*)\\]$");

    private final Path folder;
    private final ComposeFile compose;
    private final Map<String, Integer> ports;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private @Nullable EmbeddedDatabase database;

    private ComposedProcesses(Path folder, ComposeFile compose, Map<String, Integer> ports) {
        this.folder = folder;
        this.compose = compose;
        this.ports = ports;
    }

    /** Not yet started. */
    static ComposedProcesses of(Path folder) throws IOException {
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (Map.Entry<String, List<Integer>> service : LISTENING.entrySet()) {
            for (int port : service.getValue()) {
                ports.put(service.getKey() + ":" + port, FreePorts.any());
            }
        }
        Map<String, String> variables = Map.of("NEXUS_PORT", String.valueOf(ports.get("gateway:8080")));
        return new ComposedProcesses(folder, ComposeFile.ofTheProject(variables), ports);
    }

    /** As {@code docker compose up --wait}. */
    void up() throws IOException {
        for (Service service : compose.inOrder("")) {
            awaitThoseBefore(service);
            start(service);
        }
        compose.inOrder("").stream()
                .filter(service -> !service.healthTest().isEmpty())
                .forEach(service -> awaitCondition(service, "service_healthy"));
    }

    /** As {@code docker compose run --rm}: a job to its end; what it said. */
    String run(String name) throws IOException {
        Service service = compose.service(name);
        start(service);
        awaitCondition(service, "service_completed_successfully");
        return Files.readString(log(service));
    }

    private void awaitThoseBefore(Service service) {
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
            default -> throw new IllegalArgumentException(service.name() + " is asked for " + condition);
        }
    }

    private void awaitEnd(Service service) {
        Process process = process(service);
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(service.name() + " did not end well: " + said(service));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private boolean isHealthy(Service service) throws IOException, InterruptedException {
        if (processes.containsKey(service.name()) && !process(service).isAlive()) {
            throw new AssertionError(service.name() + " ended: " + said(service));
        }
        List<String> test = new ArrayList<>(service.healthTest());
        if (!test.remove(0).equals("CMD")) {
            throw new IllegalArgumentException(service.name() + "'s health test is not a CMD");
        }
        ProcessBuilder asks = builder(service, test);
        asks.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        return asks.start().waitFor() == 0;
    }

    private Process process(Service service) {
        Process process = processes.get(service.name());
        if (process == null) {
            throw new IllegalStateException(service.name() + " was not started");
        }
        return process;
    }

    private String said(Service service) {
        try {
            Path error = error(service);
            String all = Files.readString(log(service)) + (Files.exists(error) ? Files.readString(error) : "");
            return all.substring(Math.max(0, all.length() - TAIL));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void start(Service service) throws IOException {
        Files.createDirectories(own(service));
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

    /** The image's own: the ENTRYPOINT of the file that builds it. */
    private List<String> entrypoint(Service service) throws IOException {
        Service builder = Optional.ofNullable(compose.builders().get(service.image()))
                .orElseThrow(() -> new IllegalArgumentException(service.image() + " is built by no service"))
                .get(0);
        Path dockerfile = compose.folder().resolve(builder.dockerfile());
        Matcher found = ENTRYPOINT.matcher(Files.readString(dockerfile));
        if (!found.find()) {
            throw new IllegalArgumentException(dockerfile + " has no ENTRYPOINT in exec form");
        }
        // Options of the image's own Java, which is newer than the oldest that the tests run on.
        return Pattern.compile("\"([^\"]*)\"")
                .matcher(found.group(1))
                .results()
                .map(part -> part.group(1))
                .filter(part -> !part.startsWith("-XX:AOT") && !part.startsWith("--sun-misc-unsafe"))
                .toList();
    }

    private ProcessBuilder builder(Service service, List<String> command) throws IOException {
        List<String> mapped =
                command.stream().map(part -> mapped(service, part)).toList();
        ProcessBuilder builder =
                new ProcessBuilder(mapped).directory(own(service).toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        String java = Path.of(System.getProperty("java.home"), "bin").toString();
        environment.put("PATH", java + File.pathSeparator + System.getenv("PATH"));
        environment.put("HOME", own(service).toString());
        environment.putAll(ownPorts(service));
        service.environment().forEach((name, value) -> environment.put(name, mapped(service, value)));
        return builder;
    }

    private Map<String, String> ownPorts(Service service) {
        return switch (service.name()) {
            case "gateway" -> quarkus(port("gateway:8080"), port("gateway:9000"));
            case "broker" -> quarkus(port("broker:8081"), port("broker:9001"));
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

    /** A volume or a folder of the project by a link, a file as a copy with paths and addresses of here. */
    private void provide(Service service, Mount mount) throws IOException {
        Path here = here(service, mount.target());
        Path source = compose.folder().resolve(mount.source()).normalize();
        Files.createDirectories(here.getParent());
        if (!mount.isOfTheProject()) {
            link(here, Files.createDirectories(folder.resolve("volumes").resolve(mount.source())));
        } else if (Files.isDirectory(source)) {
            link(here, source);
        } else {
            Files.writeString(here, mapped(service, Files.readString(source)));
            if (Files.isExecutable(source) && !here.toFile().setExecutable(true)) {
                throw new IOException(here + " cannot be made executable");
            }
        }
    }

    private static void link(Path here, Path there) throws IOException {
        if (!Files.isSymbolicLink(here)) {
            Files.createSymbolicLink(here, there);
        }
    }

    /** Where a path of the container lies on this machine. */
    private Path here(Service service, String path) {
        return own(service).resolve("root" + path);
    }

    private Path own(Service service) {
        return folder.resolve(service.name());
    }

    private Path log(Service service) {
        return own(service).resolve("out.log");
    }

    private Path error(Service service) {
        return own(service).resolve("error.log");
    }

    /** A text of the file's with this machine's paths and ports. */
    private String mapped(Service service, String text) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (Mount mount : service.mounts()) {
            // What lies above a mount, as well: a command may be told the folder of several.
            for (@Nullable Path at = Path.of(mount.target());
                    at != null && at.getNameCount() > 0;
                    at = at.getParent()) {
                paths.put(at.toString(), here(service, at.toString()).toString());
            }
        }
        if (compose.builders().containsKey(service.image())) {
            String module = service.image().replaceAll("nexus-|:.*", "");
            paths.put(
                    "/app",
                    compose.folder().resolve(module + "/target/quarkus-app").toString());
        }
        String result = text;
        for (String path : paths.keySet().stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList()) {
            result = replace(result, path, paths.getOrDefault(path, path));
        }
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
            String address = "127.0.0.1:" + port.getValue();
            result = replace(result, port.getKey(), address);
            String container = port.getKey().substring(port.getKey().indexOf(':') + 1);
            if (port.getKey().startsWith(service.name() + ":")) {
                result = replace(result, "127.0.0.1:" + container, address);
                result = replace(result, "0.0.0.0:" + container, address);
                result = result.equals(container) ? String.valueOf(port.getValue()) : result;
            }
        }
        return result;
    }

    private static String replace(String text, String whole, String by) {
        return text.replaceAll("(?<![\\w.-])" + Pattern.quote(whole) + "(?![\\w.-])", Matcher.quoteReplacement(by));
    }

    private int port(String container) {
        Integer port = ports.get(container);
        if (port == null) {
            throw new IllegalArgumentException(container + " is not known to listen");
        }
        return port;
    }

    private void startDatabase(Service service) throws IOException {
        Path place = folder.resolve("volumes/postgres-data");
        boolean isNew = !Files.exists(place.resolve("data"));
        database = EmbeddedDatabase.start(place, port("postgres:5432"));
        if (isNew) {
            prepareAsTheImageDoes(service, database);
        }
    }

    private void prepareAsTheImageDoes(Service service, EmbeddedDatabase started) throws IOException {
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
        // The embedded one trusts everybody; as in the image, roles need their passwords.
        Files.writeString(started.data().resolve("pg_hba.conf"), """
                host all postgres 127.0.0.1/32 trust
                host all all 127.0.0.1/32 scram-sha-256
                """);
        started.stop();
        started.restart();
    }

    /** Where the Gateway is published. */
    String gatewayUrl() {
        return "http://127.0.0.1:" + port("gateway:8080");
    }

    /** A connection to the database with what is in a database.properties of {@code volume}. */
    Connection connect(String volume) throws IOException, SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve("volumes/" + volume + "/database.properties"))) {
            settings.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port("postgres:5432") + "/nexus",
                settings.get("quarkus.datasource.username"),
                settings.get("quarkus.datasource.password"));
    }

    /** All that anything has written to its log. */
    String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Service service : compose.services()) {
            for (String name : List.of("out.log", "error.log")) {
                Path log = own(service).resolve(name);
                // What it is for is to show the key.
                if (Files.exists(log) && !service.name().equals("access")) {
                    all.append(Files.readString(log, StandardCharsets.UTF_8));
                }
            }
        }
        return all.toString();
    }

    /** As {@code docker compose stop}: SIGTERM to all; how each that was running ended. */
    Map<String, Integer> stop() throws IOException, InterruptedException {
        Map<String, Integer> ends = new LinkedHashMap<>();
        // The callers first, at once: each lets its own callers go before it ends.
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
