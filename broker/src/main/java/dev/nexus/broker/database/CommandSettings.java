package dev.nexus.broker.database;

import dev.nexus.runtime.InvalidFileException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a command: {@code -D}, the environment, and the files of {@code smallrye.config.locations}. In a
 * Broker's container, a command therefore reads the same settings as the Broker. A command runs without the service.
 */
public final class CommandSettings {

    private final SmallRyeConfig config;

    private CommandSettings(SmallRyeConfig config) {
        this.config = config;
    }

    public static CommandSettings read() {
        return new CommandSettings(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDefaultSources()
                .addDiscoveredSources()
                .build());
    }

    /**
     * Returns the password of the database, from nexus.database.password-file or quarkus.datasource.password. Empty if
     * neither is set.
     *
     * @throws IllegalArgumentException if the file cannot be read or is empty. The message names the setting
     */
    public Optional<String> databasePassword() {
        Optional<String> file = find(DatabasePassword.SETTING);
        return file.isPresent() ? Optional.of(password(Path.of(file.get()))) : find("quarkus.datasource.password");
    }

    private static String password(Path file) {
        try {
            return DatabasePassword.parse(Files.readString(file));
        } catch (IOException | InvalidFileException unusable) {
            throw new IllegalArgumentException(
                    DatabasePassword.SETTING + " " + DatabasePassword.RULE + ": "
                            + (unusable instanceof IOException
                                    ? unusable.getClass().getSimpleName()
                                    : unusable.getMessage()),
                    unusable);
        }
    }

    /** Returns the values of a setting that is a list; empty if it is not set. */
    List<String> list(String setting) {
        return config.getOptionalValues(setting, String.class).orElse(List.of());
    }

    /** Returns the value of a setting; empty if it is not set. */
    public Optional<String> find(String setting) {
        return config.getOptionalValue(setting, String.class);
    }
}
