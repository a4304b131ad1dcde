package dev.nexus.broker.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options with which a command connects to the database. The default of each option is the Broker's setting. */
public final class DatabaseOptions {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--database-url",
            description =
                    "The database's URL, or the URLs of several servers, separated by commas. Default: the Broker's"
                            + " quarkus.datasource.reactive.url.")
    private @Nullable String url;

    @Option(
            names = "--database-user",
            description = "The database's user. Default: the Broker's quarkus.datasource.username.")
    private @Nullable String user;

    @Option(
            names = "--database-password-file",
            description = "A file with the database's password. Default: the Broker's nexus.database.password-file or"
                    + " quarkus.datasource.password.")
    private @Nullable Path passwordFile;

    /**
     * Opens the database. The caller closes it.
     *
     * @param application the name of the command's sessions in PostgreSQL
     * @throws ParameterException if the URL or the user is missing, if a URL is not a PostgreSQL URL, or if the
     *     configured password file is unusable
     * @throws IOException if the file of {@code --database-password-file} cannot be read
     */
    public DatabaseForCommand open(CommandSettings settings, String application) throws IOException {
        String password = passwordFile == null
                ? configuredPassword(settings)
                : Files.readString(passwordFile).strip();
        String urls = required(url, "--database-url", settings, "quarkus.datasource.reactive.url");
        String name = required(user, "--database-user", settings, "quarkus.datasource.username");
        try {
            return new DatabaseForCommand(
                    urls, name, password, DatabaseForCommand.DatabaseTrust.of(settings), application);
        } catch (IllegalArgumentException unusable) {
            throw refusal(String.valueOf(unusable.getMessage()));
        }
    }

    private String configuredPassword(CommandSettings settings) {
        try {
            return settings.databasePassword().orElse("");
        } catch (IllegalArgumentException unusable) {
            throw refusal(String.valueOf(unusable.getMessage()));
        }
    }

    private String required(@Nullable String option, String name, CommandSettings settings, String setting) {
        return Optional.ofNullable(option)
                .or(() -> settings.find(setting))
                .orElseThrow(() -> refusal(name + ": is missing. Pass it, or set " + setting + "."));
    }

    private ParameterException refusal(String message) {
        if (command == null) {
            throw new IllegalStateException("picocli sets the spec before it calls the command");
        }
        return new ParameterException(command.commandLine(), message);
    }
}
