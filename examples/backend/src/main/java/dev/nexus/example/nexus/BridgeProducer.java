package dev.nexus.example.nexus;

import dev.nexus.bridge.Bridge;
import dev.nexus.example.ExampleConfig;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** One Bridge for the whole application. Its API key needs the scope tokens:read. */
@Singleton
class BridgeProducer {

    @Produces
    @Singleton
    Bridge bridge(ExampleConfig config) {
        return Bridge.of(config.gateway().url(), config.gateway().apiKey().reveal());
    }

    void close(@Disposes Bridge bridge) {
        bridge.close();
    }
}
