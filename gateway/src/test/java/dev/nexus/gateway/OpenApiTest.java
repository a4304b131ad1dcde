package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = OpenApiTest.NoBroker.class, restrictToAnnotatedClass = true)
public class OpenApiTest {

    private static final Path COMMITTED = Path.of("../docs/openapi.yaml");

    /** Written when Quarkus builds the application, see quarkus.smallrye-openapi.store-schema-directory. */
    private static final Path BUILT = Path.of("target/openapi/openapi.yaml");

    @Test
    void theCommittedDocumentIsTheOneThatTheCodeGives() throws IOException {
        String built = Files.readString(BUILT);

        if (Boolean.getBoolean("nexus.docs.write")) {
            Files.writeString(COMMITTED, built);
        }

        assertThat(COMMITTED)
                .as("docs/openapi.yaml differs from the code; run this test with -Dnexus.docs.write=true to rewrite it")
                .hasContent(built);
    }

    /** The least that the Gateway starts with; nothing listens where its Broker should be. */
    public static final class NoBroker implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            try {
                Path folder = Files.createDirectories(Path.of("target/openapi-test"));
                EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
                key.setKeyId("openapi");
                Path serviceKey = Files.writeString(
                        folder.resolve("service-key.json"), key.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE));
                Path apiKeys = Files.writeString(folder.resolve("api-keys.yaml"), "keys: []\n");
                return Map.of(
                        "nexus.gateway.public-url",
                        "http://127.0.0.1:8080",
                        "nexus.gateway.broker-url",
                        "http://127.0.0.1:1",
                        "nexus.gateway.api-keys-file",
                        apiKeys.toAbsolutePath().toString(),
                        "nexus.gateway.service-key-file",
                        serviceKey.toAbsolutePath().toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (JoseException e) {
                throw new IllegalStateException("no EC key could be made", e);
            }
        }

        @Override
        public void stop() {
            // Files under target/ only.
        }
    }
}
