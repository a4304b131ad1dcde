package dev.nexus.broker.database;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
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

    /** Returns the value of a setting; empty if it is not set. */
    public Optional<String> find(String setting) {
        return config.getOptionalValue(setting, String.class);
    }
}
