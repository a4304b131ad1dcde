package dev.nexus.broker.database;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Migrates the database with a separate role, so that the Broker's role needs no right to change a table. Reads the
 * Broker's settings: {@code -D}, the environment, and the files of {@code smallrye.config.locations}.
 */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = {
            "Migrates the database to this version, and exits.",
            "Safe to run again, and while Brokers of this or the previous version run. Reads"
                    + " quarkus.datasource.jdbc.url, quarkus.datasource.username, and quarkus.datasource.password or"
                    + " nexus.database.password-file of the role that owns the tables, from -D, the environment and the files of"
                    + " smallrye.config.locations.",
            "Exits with 0 on success and 1 on failure. A failed step is rolled back."
        })
public final class MigrateCommand implements Callable<Integer> {

    private static final String URL = "quarkus.datasource.jdbc.url";
    private static final String USER = "quarkus.datasource.username";
    private static final String SERVICE_ROLE = "nexus.migration.service-role";
    private static final int CONNECT_RETRIES = 10;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--service-role",
            description = "The role of the Brokers. The migration grants it only the rights that the Brokers need."
                    + " Default: nexus.migration.service-role. If neither is set, the Brokers use the role that"
                    + " migrates.")
    private @Nullable String serviceRole;

    @Override
    public Integer call() {
        CommandSettings settings = CommandSettings.read();
        String role = serviceRole == null ? settings.find(SERVICE_ROLE).orElse("") : serviceRole;
        Flyway flyway = Flyway.configure(MigrateCommand.class.getClassLoader())
                .dataSource(required(settings, URL), required(settings, USER), password(settings))
                .connectRetries(CONNECT_RETRIES)
                .placeholders(Grants.placeholders(role))
                .load();
        try {
            MigrateResult done = flyway.migrate();
            out().println(
                            done.migrationsExecuted == 0
                                    ? "The database is up to date"
                                    : "Migrated: " + done.migrationsExecuted + " steps, to version "
                                            + done.targetSchemaVersion);
            return 0;
        } catch (FlywayException failure) {
            err().println("The database was not migrated: " + failure.getMessage());
            return 1;
        }
    }

    private String password(CommandSettings settings) {
        try {
            return settings.databasePassword().orElse("");
        } catch (IllegalArgumentException unusable) {
            throw new ParameterException(command().commandLine(), String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private String required(CommandSettings settings, String setting) {
        return settings.find(setting)
                .orElseThrow(() -> new ParameterException(
                        command().commandLine(), setting + " must be set, for example as -D" + setting + "=…"));
    }

    private PrintWriter out() {
        return command().commandLine().getOut();
    }

    private PrintWriter err() {
        return command().commandLine().getErr();
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it calls the command");
        }
        return spec;
    }
}
