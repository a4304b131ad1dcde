package dev.nexus.example.connections;

import dev.nexus.bridge.Bridge;
import dev.nexus.example.ExampleConfig;
import dev.nexus.example.connect.ConnectionRegistry;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * One Bridge for the whole application. Its API key needs the scope tokens:read. It follows a rotation only to a connection
 * that the callback has confirmed: another may hold the credential of somebody who was sent the link.
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
