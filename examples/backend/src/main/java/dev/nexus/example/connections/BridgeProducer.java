package dev.nexus.example.connections;

import dev.nexus.bridge.Bridge;
import dev.nexus.example.ExampleConfig;
import dev.nexus.example.connect.ConnectionRegistry;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Creates one Bridge for the whole application. Its API key needs the scope tokens:read. After a rotation, the Bridge
 * uses the new connection only if the callback has confirmed this connection, because the connection may have the
 * credential of another person.
 */
@Singleton
class BridgeProducer {

    @Produces
    @Singleton
    Bridge bridge(ExampleConfig config, ConnectionRegistry registry) {
        return Bridge.builder(
                        config.gateway().url().toString(),
                        config.gateway().apiKey().reveal())
                .followSuccessors(registry::isConfirmed)
                .build();
    }

    void close(@Disposes Bridge bridge) {
        bridge.close();
    }
}
