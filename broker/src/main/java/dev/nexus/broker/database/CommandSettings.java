package dev.nexus.broker.database;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Optional;

/**
 * What a command that runs without the service knows of the service's settings: {@code -D}, the environment, and the files
 * of {@code smallrye.config.locations}, so that it finds in a Broker's container what the Broker finds there.
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

    /** Empty where it is not given. */
    public Optional<String> find(String setting) {
        return config.getOptionalValue(setting, String.class);
    }
}
