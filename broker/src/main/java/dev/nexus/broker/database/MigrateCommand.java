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
 * Migrates the database under a role of its own, so that the services' role needs no right to change a table. Reads the
 * settings that the Broker itself has: {@code -D}, the environment, and the files of {@code smallrye.config.locations}.
 */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = {
            "Brings the database to what this version needs, and ends.",
            "Safe to run again, and beside Brokers of this version and the one before. Reads"
                    + " quarkus.datasource.jdbc.url, .username and .password of the role that owns the tables, from -D, the"
                    + " environment and the files of smallrye.config.locations.",
            "Ends with 0 when done, 1 when not; of a step that failed nothing remains."
        })
public final class MigrateCommand implements Callable<Integer> {

    private static final String URL = "quarkus.datasource.jdbc.url";
    private static final String USER = "quarkus.datasource.username";
    private static final String PASSWORD = "quarkus.datasource.password";
    private static final String SERVICE_ROLE = "nexus.migration.service-role";
    private static final int CONNECT_RETRIES = 10;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--service-role",
            description = "The role that the Brokers use, which is granted what they need and no more; by default what"
                    + " nexus.migration.service-role says. Absent: the role that migrates serves too.")
    private @Nullable String serviceRole;

    @Override
    public Integer call() {
        CommandSettings settings = CommandSettings.read();
        String role = serviceRole == null ? settings.find(SERVICE_ROLE).orElse("") : serviceRole;
        Flyway flyway = Flyway.configure(MigrateCommand.class.getClassLoader())
                .dataSource(
                        needed(settings, URL),
                        needed(settings, USER),
                        settings.find(PASSWORD).orElse(""))
                .connectRetries(CONNECT_RETRIES)
                .placeholders(Grants.placeholders(role))
                .load();
        try {
            MigrateResult done = flyway.migrate();
            out().println(
                            done.migrationsExecuted == 0
                                    ? "The database is what this version needs"
                                    : "Migrated: " + done.migrationsExecuted + " steps, to version "
                                            + done.targetSchemaVersion);
            return 0;
        } catch (FlywayException failure) {
            err().println("The database was not migrated: " + failure.getMessage());
            return 1;
        }
    }

    private String needed(CommandSettings settings, String setting) {
        return settings.find(setting)
                .orElseThrow(() -> new ParameterException(
                        command().commandLine(), setting + " must be given, as -D" + setting + "=… or otherwise"));
    }

    private PrintWriter out() {
        return command().commandLine().getOut();
    }

    private PrintWriter err() {
        return command().commandLine().getErr();
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("picocli fills in the command before it calls it");
        }
        return spec;
    }
}
