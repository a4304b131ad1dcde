package dev.nexus.example.nexus;

import dev.nexus.bridge.Bridge;
import dev.nexus.example.ExampleConfig;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** One Bridge for the whole application. Its API key needs the scope tokens:read. */
@Singleton
class BridgeProducer {

    @Produces
    @Singleton
    Bridge bridge(ExampleConfig config, @ConfigProperty(name = "example.gateway.api-key") String apiKey) {
        return Bridge.of(config.gateway().url(), apiKey);
    }

    void close(@Disposes Bridge bridge) {
        bridge.close();
    }
}
