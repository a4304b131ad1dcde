package dev.nexus.broker.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jose4j.jwk.EllipticCurveJsonWebKey;

/** A PostgreSQL ({@link PostgresServer}), a keyset and a trusted Gateway key for the component tests of the module. */
public final class BrokerTestResource implements QuarkusTestResourceLifecycleManager {

    /** The key that the Broker under test trusts. */
    public static final EllipticCurveJsonWebKey GATEWAY = TrustedGateway.newKey("test-gateway");

    private PostgresServer postgres;

    @Override
    public Map<String, String> start() {
        Path folder;
        try {
            folder = Files.createTempDirectory("nexus-broker-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        postgres = PostgresServer.start();
        Path gatewayKeys = folder.resolve("gateway-keys.json");
        TrustedGateway.publish(gatewayKeys, GATEWAY);
        return Map.of(
                "quarkus.datasource.username",
                PostgresServer.USER,
                "quarkus.datasource.password",
                PostgresServer.USER,
                "quarkus.datasource.jdbc.url",
                "jdbc:postgresql://" + postgres.address(),
                "quarkus.datasource.reactive.url",
                "postgresql://" + postgres.address(),
                "nexus.broker.gateway-keys-file",
                gatewayKeys.toString(),
                "nexus.cipher.local.keyset-file",
                folder.resolve("keyset.json").toString());
    }

    @Override
    public void stop() {
        postgres.close();
    }
}
