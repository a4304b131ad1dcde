package dev.nexus.broker.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jose4j.jwk.EllipticCurveJsonWebKey;

/** One real PostgreSQL, a keyset and a trusted Gateway key for all component tests of the module. */
public final class EmbeddedPostgresResource implements QuarkusTestResourceLifecycleManager {

    /** The key that the Broker under test trusts. */
    public static final EllipticCurveJsonWebKey GATEWAY = TrustedGateway.newKey("test-gateway");

    private EmbeddedPostgres postgres;

    @Override
    public Map<String, String> start() {
        Path folder;
        try {
            folder = Files.createTempDirectory("nexus-broker-test");
            postgres = EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded PostgreSQL did not start", e);
        }
        Path gatewayKeys = folder.resolve("gateway-keys.json");
        TrustedGateway.publish(gatewayKeys, GATEWAY);
        String address = "localhost:" + postgres.getPort() + "/postgres";
        return Map.of(
                "quarkus.datasource.username",
                "postgres",
                "quarkus.datasource.password",
                "postgres",
                "quarkus.datasource.jdbc.url",
                "jdbc:postgresql://" + address,
                "quarkus.datasource.reactive.url",
                "postgresql://" + address,
                "nexus.broker.gateway-keys-file",
                gatewayKeys.toString(),
                "nexus.cipher.local.keyset-file",
                folder.resolve("keyset.json").toString());
    }

    @Override
    public void stop() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
