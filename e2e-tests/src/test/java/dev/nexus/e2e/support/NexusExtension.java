package dev.nexus.e2e.support;

import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.MintedKey;
import dev.nexus.launcher.Nexus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Starts one Nexus for all end-to-end tests that leave it intact, and stops it after the last test. Checks the audit
 * trail after each test class.
 */
public final class NexusExtension implements BeforeAllCallback, AfterAllCallback {

    public static final List<String> SCOPES = List.of(
            "connections:write", "connections:read", "tokens:read", "providers:admin", "audit:read", "webhooks:admin");

    /** Disables the second compiler, which would occupy both cores after each start. */
    public static final List<String> JVM_OPTIONS = List.of("-XX:TieredStopAtLevel=1");

    private static final List<MintedKey.Spec> KEYS = List.of(
            Nexus.keySpec("acme", "all"),
            Nexus.keySpec("globex", "all"),
            Nexus.keySpec("acme", "connections:write,connections:read"));

    private static @Nullable Running running;
    private static @Nullable Running lent;

    /**
     * JUnit closes it after the last test class.
     *
     * @param gatewayUrl the URL that the tests call
     */
    private record Running(Nexus nexus, String gatewayUrl) implements AutoCloseable {
        @Override
        public void close() {
            nexus.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running = lent != null
                ? lent
                : context.getRoot()
                        .getStore(Namespace.create(NexusExtension.class))
                        .computeIfAbsent("nexus", key -> begin(), Running.class);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        AuditTrails.assertLegal(nexus());
    }

    private static Running running() {
        return Objects.requireNonNull(running, "the test class has no @ExtendWith(NexusExtension.class)");
    }

    private static Running begin() {
        Nexus nexus = start(Artifacts.around(Path.of("")), "shared", Map.of(), everyKey(SCOPES));
        return new Running(nexus, nexus.gatewayUrl());
    }

    /** Runs {@code tests} with a Nexus that the caller has started and will close. */
    public static void lend(Nexus nexus, String gatewayUrl, Runnable tests) {
        lent = new Running(nexus, gatewayUrl);
        try {
            tests.run();
        } finally {
            lent = null;
        }
    }

    /**
     * Starts a separate Nexus under target/e2e/{@code name}. The caller closes it.
     *
     * <p>It has a key of acme, a key of globex, and a key of acme with only connections:write and connections:read.
     */
    public static Nexus start(String name, Map<String, String> settings) {
        return start(Artifacts.around(Path.of("")), name, settings, KEYS);
    }

    /**
     * Returns all keys of the shared tests: those of {@link #start(String, Map)}, for each of {@link #SCOPES} a key of
     * acme without this scope, and a key with a low rate.
     *
     * @param known the scopes that the version has; the keys without a scope have only these
     */
    public static List<MintedKey.Spec> everyKey(List<String> known) {
        List<MintedKey.Spec> keys = new ArrayList<>(KEYS);
        SCOPES.forEach(without -> keys.add(Nexus.keySpec("acme", scopesWithout(without, known))));
        keys.add(new MintedKey.Spec("acme", "all", "--rate", "1", "--burst", "3"));
        return keys;
    }

    /** Starts a separate Nexus of another version and with other keys. */
    public static Nexus start(Artifacts version, String name, Map<String, String> settings, List<MintedKey.Spec> keys) {
        Nexus nexus = startWithoutAuditCheck(version, name, settings, keys);
        AuditTrails.checkAtClose(nexus, settings);
        return nexus;
    }

    /** Like {@link #start(String, Map)}, for a test that replaces the database and checks the audit trails itself. */
    public static Nexus startWithoutAuditCheck(String name, Map<String, String> settings) {
        return startWithoutAuditCheck(Artifacts.around(Path.of("")), name, settings, KEYS);
    }

    private static Nexus startWithoutAuditCheck(
            Artifacts version, String name, Map<String, String> settings, List<MintedKey.Spec> keys) {
        try {
            Path folder = emptyFolder(name);
            return Nexus.start(new Nexus.Plan(version, folder, 0, 0, 0, settings, JVM_OPTIONS, keys, progress -> {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String scopesWithout(String scope, List<String> known) {
        TreeSet<String> scopes = new TreeSet<>(known);
        scopes.remove(scope);
        return String.join(",", scopes);
    }

    /** Empties the folder target/e2e/{@code name} and returns it. */
    public static Path emptyFolder(String name) throws IOException {
        Path folder = Path.of("target", "e2e", name).toAbsolutePath();
        deleteRecursively(folder);
        return Files.createDirectories(folder);
    }

    private static void deleteRecursively(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    public static Nexus nexus() {
        return running().nexus();
    }

    public static Backend backend(Nexus nexus, int key) {
        return new Backend(nexus.gatewayUrl(), nexus.keys().get(key).key());
    }

    private static Backend backend(int key) {
        return new Backend(running().gatewayUrl(), nexus().keys().get(key).key());
    }

    public static Backend acme() {
        return backend(0);
    }

    public static Backend globex() {
        return backend(1);
    }

    public static Backend captureOnly() {
        return backend(2);
    }

    public static Backend acmeWithout(String scope) {
        return backend(3 + SCOPES.indexOf(scope));
    }

    /** Returns a backend with a rate of one request per second and a burst of three. */
    public static Backend slowKey() {
        return backend(3 + SCOPES.size());
    }

    public static void sql(String statement) {
        sql(nexus(), statement);
    }

    public static void sql(Nexus nexus, String statement) {
        try (Connection connection = connect(nexus);
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns all rows of a query, each as its columns joined by a vertical bar. */
    public static List<String> rows(Nexus nexus, String query) {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect(nexus);
                Statement sql = connection.createStatement();
                ResultSet found = sql.executeQuery(query)) {
            while (found.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(found.getString(i)));
                }
                rows.add(String.join("|", columns));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    public static Connection connect(Nexus nexus) throws SQLException {
        return DriverManager.getConnection(
                nexus.database().jdbcUrl(), nexus.database().user(), "");
    }
}
