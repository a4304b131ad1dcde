package dev.nexus.e2e.support;

import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.Nexus;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Checks the audit trail of an end-to-end test with the Broker's command audit-check.
 *
 * <p>The command runs in this JVM, with the classes of the packaged Broker, because a separate JVM for each check would
 * take a second.
 */
public final class AuditTrails {

    private static final String SETTINGS = "quarkus.datasource.";

    /** Includes the newest events. By default, the command checks no event of the last minute. */
    private static final String[] ARGUMENTS = {"--until", "2999-01-01T00:00:00Z"};

    private static final ClassLoader BROKER = packagedBroker();

    private AuditTrails() {}

    /**
     * Checks the audit trail when {@code nexus} is closed. An illegal event fails the test that closes it.
     *
     * @param settings the settings of the Broker
     */
    public static void checkAtClose(Nexus nexus, Map<String, String> settings) {
        nexus.register(() -> {
            try {
                assertLegal(nexus, settings);
            } catch (AssertionError illegal) {
                // Stops the other parts first: an Error ends the close that runs this check.
                nexus.close();
                throw illegal;
            }
        });
    }

    /** Checks the audit trail of a Nexus with an embedded PostgreSQL. */
    public static void assertLegal(Nexus nexus) {
        assertLegal(nexus, Map.of());
    }

    /** Checks the audit trail of the database in the settings of the Broker. */
    public static void assertLegal(Nexus nexus, Map<String, String> settings) {
        Map<String, String> database = new HashMap<>();
        settings.forEach((name, value) -> {
            if (name.startsWith(SETTINGS)) {
                database.put(name, value);
            }
        });
        if (!database.containsKey(SETTINGS + "reactive.url")) {
            database.put(SETTINGS + "reactive.url", nexus.database().reactiveUrl());
            database.put(SETTINGS + "username", nexus.database().user());
        }
        StringWriter output = new StringWriter();
        int code = run(database, new PrintWriter(output, true));
        if (code != 0) {
            throw new AssertionError("audit-check of " + nexus.folder() + " exits with " + code + ": " + output);
        }
    }

    /** Runs the command. Passes the settings as system properties, which are those of the whole JVM. */
    private static synchronized int run(Map<String, String> settings, PrintWriter output) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        settings.forEach(System::setProperty);
        thread.setContextClassLoader(BROKER);
        try {
            Class<?> commandLine = BROKER.loadClass("picocli.CommandLine");
            Object command = commandLine
                    .getConstructor(Object.class)
                    .newInstance(BROKER.loadClass("dev.nexus.broker.audit.AuditCheckCommand")
                            .getConstructor()
                            .newInstance());
            commandLine.getMethod("setOut", PrintWriter.class).invoke(command, output);
            commandLine.getMethod("setErr", PrintWriter.class).invoke(command, output);
            return (Integer) commandLine.getMethod("execute", String[].class).invoke(command, (Object) ARGUMENTS);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        } finally {
            thread.setContextClassLoader(before);
            settings.keySet().forEach(System::clearProperty);
        }
    }

    private static ClassLoader packagedBroker() {
        Path application = Artifacts.around(Path.of("")).brokerJar().resolveSibling("");
        URL[] jars = Stream.of("app", "lib/main", "lib/boot")
                .flatMap(folder -> jars(application.resolve(folder)).stream())
                .toArray(URL[]::new);
        return new URLClassLoader("broker", jars, ClassLoader.getPlatformClassLoader());
    }

    private static List<URL> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .map(Path::toFile)
                    .map(AuditTrails::url)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static URL url(File jar) {
        try {
            return jar.toURI().toURL();
        } catch (MalformedURLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
