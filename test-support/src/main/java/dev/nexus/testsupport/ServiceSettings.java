package dev.nexus.testsupport;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Reads settings as a service does, in the profile {@code prod} and with the interceptors that the ServiceLoader finds.
 */
public final class ServiceSettings {

    private ServiceSettings() {}

    public static SmallRyeConfig read(ConfigSource source) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredInterceptors()
                .withProfile("prod")
                .withSources(source)
                .build();
    }

    /** Reads one setting, with a sample value. */
    public static SmallRyeConfig read(String setting) {
        return read(new PropertiesConfigSource(Map.of(setting, "value-of-the-setting"), "test", 100));
    }
}
