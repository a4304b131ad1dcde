package dev.nexus.e2e.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nexus.launcher.FreePorts;
import dev.nexus.testsupport.MissingTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A PostgreSQL server from Debian's postgresql package, with its pg_dump and pg_restore.
 *
 * <p>The embedded PostgreSQL does not contain these programs.
 */
public final class InstalledPostgres implements AutoCloseable {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final String USER = "postgres";

    private final Path bin;
    private final Path folder;
    private final int port;
    private boolean closed;

    private InstalledPostgres(Path bin, Path folder, int port) {
        this.bin = bin;
        this.folder = folder;
        this.port = port;
    }

    /** Skips a test class with a message if no PostgreSQL is installed. Fails it in CI. */
    public static final class Needed implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return bin().isPresent()
                    ? ConditionEvaluationResult.enabled("a PostgreSQL server is installed")
                    : MissingTool.skip("no PostgreSQL server is installed in " + DEBIAN
                            + "/*/bin; install the package postgresql to run " + context.getDisplayName());
        }
    }

    /** Returns the folder with the programs of the newest version. */
    private static Optional<Path> bin() {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin ->
                            Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("pg_restore")))
                    .max(Comparator.comparing(bin -> Integer.parseInt(String.valueOf(
                            Objects.requireNonNull(bin.getParent()).getFileName()))));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Creates {@code folder} and starts an empty server in it.
     *
     * @param addresses additional addresses to listen on, for a {@link LossyRouter}
     */
    public static InstalledPostgres start(Path folder, String... addresses) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<String> listen = new ArrayList<>(List.of("127.0.0.1"));
        listen.addAll(List.of(addresses));
        InstalledPostgres postgres = new InstalledPostgres(bin().orElseThrow(), folder, FreePorts.any());
        postgres.serverProgram(
                "initdb", "-D", postgres.data(), "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8");
        Files.writeString(
                folder.resolve("data").resolve("pg_hba.conf"),
                "host all all " + LossyRouter.NETWORKS + " trust\n",
                StandardOpenOption.APPEND);
        postgres.launch(listen);
        return postgres;
    }

    private void launch(List<String> listen) throws IOException, InterruptedException {
        serverProgram(
                "pg_ctl",
                "start",
                "-w",
                "-D",
                data(),
                "-l",
                folder.resolve("server.log").toString(),
                "-o",
                "-p " + port + " -c listen_addresses=" + String.join(",", listen) + " -c unix_socket_directories=''");
    }

    /** Creates {@code itsFolder} and starts a hot standby of this server in it. */
    public InstalledPostgres standby(Path itsFolder) throws IOException, InterruptedException {
        Files.createDirectories(itsFolder);
        InstalledPostgres standby = new InstalledPostgres(bin, itsFolder, FreePorts.any());
        serverProgram(
                "pg_basebackup",
                "-h",
                "127.0.0.1",
                "-p",
                text(port),
                "-U",
                USER,
                "-D",
                standby.data(),
                "--write-recovery-conf",
                "--checkpoint=fast");
        standby.launch(List.of("127.0.0.1"));
        return standby;
    }

    /** Makes each commit wait until a standby has it. Call this after {@link #standby}. */
    public void replicateSynchronously() throws SQLException {
        alterSystem("synchronous_standby_names = '*'");
    }

    /** Stops the server without a checkpoint, as a crash does. */
    public void crash() throws IOException, InterruptedException {
        closed = true;
        serverProgram("pg_ctl", "stop", "-m", "immediate", "-w", "-D", data());
    }

    /** Promotes this standby to primary. */
    public void promote() throws IOException, InterruptedException {
        serverProgram("pg_ctl", "promote", "-w", "-D", data());
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    /** Returns the Broker's settings for this server. */
    public Map<String, String> settings() {
        return Map.of(
                "quarkus.datasource.jdbc.url",
                jdbcUrl(),
                "quarkus.datasource.reactive.url",
                reactiveUrl("127.0.0.1"),
                "quarkus.datasource.username",
                USER);
    }

    public int port() {
        return port;
    }

    /** Returns the URL for a client that connects to {@code address}. */
    public String reactiveUrl(String address) {
        return "postgresql://" + address + ":" + port + "/postgres";
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=" + USER;
    }

    /** Returns the environment variables for psql and similar programs. */
    public Map<String, String> environment() {
        return Map.of("PGHOST", "127.0.0.1", "PGPORT", text(port), "PGUSER", USER, "PGDATABASE", "postgres");
    }

    /** Runs a query as superuser and returns the first column of the first row. */
    public String query(String database, String statement) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + USER;
        try (var connection = DriverManager.getConnection(url);
                var sql = connection.createStatement();
                var found = sql.executeQuery(statement)) {
            found.next();
            return String.valueOf(found.getString(1));
        }
    }

    /** Makes the server read-only, also for open sessions. */
    public void makeReadOnly() throws SQLException {
        alterSystem("default_transaction_read_only = on");
    }

    private void alterSystem(String setting) throws SQLException {
        try (var connection = DriverManager.getConnection(jdbcUrl());
                var sql = connection.createStatement()) {
            sql.execute("alter system set " + setting);
            sql.execute("select pg_reload_conf()");
        }
    }

    /** Creates a dump in pg_dump's custom format. */
    public Path dump() throws IOException, InterruptedException {
        Path dump = folder.resolveSibling(folder.getFileName() + ".dump");
        program("pg_dump", "-h", "127.0.0.1", "-p", text(port), "-U", USER, "-Fc", "-f", dump.toString(), "postgres");
        return dump;
    }

    public void restore(Path dump) throws IOException, InterruptedException {
        program(
                "pg_restore",
                "-h",
                "127.0.0.1",
                "-p",
                text(port),
                "-U",
                USER,
                "--exit-on-error",
                "-d",
                "postgres",
                dump.toString());
    }

    private static String text(int port) {
        return String.valueOf(port);
    }

    /**
     * PostgreSQL refuses to run as root, so root runs it in a separate user namespace. In this namespace, PostgreSQL
     * can still read root's files.
     */
    private void serverProgram(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        run(command, name, arguments);
    }

    private void program(String name, String... arguments) throws IOException, InterruptedException {
        run(new ArrayList<>(), name, arguments);
    }

    private void run(List<String> command, String name, String... arguments) throws IOException, InterruptedException {
        command.add(bin.resolve(name).toString());
        command.addAll(List.of(arguments));
        Path log = folder.resolve(name + ".log");
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException(
                    name + " failed with exit code " + code + ":\n" + Files.readString(log, UTF_8));
        }
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    /** Stops the server. A second call does nothing. */
    public void stop() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            serverProgram("pg_ctl", "stop", "-m", "fast", "-w", "-D", data());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
