package dev.nexus.e2e.support;

import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.Java;
import dev.nexus.launcher.Nexus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the Broker's commands to completion. */
public final class BrokerCommand {

    private BrokerCommand() {}

    /** Migrates the database of a running Nexus with the additional settings {@code more}. */
    public static void migrate(Nexus nexus, Artifacts version, Map<String, String> more)
            throws IOException, InterruptedException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("quarkus.datasource.jdbc.url", nexus.database().jdbcUrl());
        settings.put("quarkus.datasource.username", nexus.database().user());
        settings.put("quarkus.datasource.password", "");
        settings.putAll(more);
        migrate(version, settings, nexus.folder().resolve("migrate.log"));
    }

    /** Migrates the database in {@code settings}. */
    public static void migrate(Artifacts version, Map<String, String> settings, Path log)
            throws IOException, InterruptedException {
        run(version, settings, List.of("migrate"), log);
    }

    /** Adds a key to the local keyset. Running Brokers load it automatically. */
    public static void rotateLocalKeyset(Nexus nexus) throws IOException, InterruptedException {
        run(
                nexus.artifacts(),
                Map.of(),
                List.of(
                        "rotate-local-keyset",
                        "--keyset-file",
                        nexus.keysetFile().toString()),
                nexus.folder().resolve("rotate-local-keyset.log"));
    }

    /** The exit code and the output of a command. */
    public record Result(int code, String output) {}

    /** Checks the audit trail of a Nexus with an embedded PostgreSQL, including the newest events. */
    public static Result auditCheck(Nexus nexus) throws IOException, InterruptedException {
        Path log = nexus.folder().resolve("audit-check.log");
        int code = exitCode(
                nexus.artifacts(),
                Map.of(
                        "quarkus.datasource.reactive.url", nexus.database().reactiveUrl(),
                        "quarkus.datasource.username", nexus.database().user()),
                List.of("audit-check", "--until", "2999-01-01T00:00:00Z"),
                log);
        return new Result(code, Files.readString(log));
    }

    private static void run(Artifacts version, Map<String, String> settings, List<String> arguments, Path log)
            throws IOException, InterruptedException {
        int code = exitCode(version, settings, arguments, log);
        if (code != 0) {
            throw new IllegalStateException(
                    String.join(" ", arguments) + " failed with exit code " + code + "; its log is " + log);
        }
    }

    private static int exitCode(Artifacts version, Map<String, String> settings, List<String> arguments, Path log)
            throws IOException, InterruptedException {
        return new ProcessBuilder(Java.command(version.brokerJar(), settings, List.of(), arguments))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
    }
}
