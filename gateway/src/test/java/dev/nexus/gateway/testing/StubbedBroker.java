package dev.nexus.gateway.testing;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import dev.nexus.gateway.apikey.PresentedKey;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** What a Gateway under test needs: one API key with all scopes, and a Broker whose answers the test writes. */
public final class StubbedBroker implements QuarkusTestResourceLifecycleManager {

    private static final WireMockServer BROKER =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private static final PresentedKey KEY = PresentedKey.mint(new SecureRandom());

    /** The Broker's stub; each test resets it. */
    public static WireMockServer broker() {
        return BROKER;
    }

    /** The tenant acme's API key, as a caller presents it. */
    public static String apiKey() {
        return KEY.reveal();
    }

    @Override
    public Map<String, String> start() {
        BROKER.start();
        try {
            Path folder = Files.createDirectories(Path.of("target/stubbed-broker"));
            EllipticCurveJsonWebKey serviceKey = EcJwkGenerator.generateJwk(EllipticCurves.P256);
            serviceKey.setKeyId("test");
            Path serviceKeyFile = Files.writeString(
                    folder.resolve("service-key.json"),
                    serviceKey.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE));
            Path apiKeysFile = Files.writeString(folder.resolve("api-keys.yaml"), """
                    keys:
                    - id: "%s"
                      tenant: acme
                      sha256: "%s"
                      scopes: ["connections:write", "connections:read", "tokens:read", "providers:admin",
                               "webhooks:admin", "audit:read"]
                      return_origins: ["https://your-app.com"]
                      rate: {per_second: 100000, burst: 100000}
                    """.formatted(
                            KEY.id(), HexFormat.of().formatHex(KEY.sha256())));
            return Map.of(
                    "nexus.gateway.public-url",
                    "http://127.0.0.1:8080",
                    "nexus.gateway.broker-url",
                    BROKER.baseUrl(),
                    "nexus.gateway.broker-timeout",
                    "PT5S",
                    "nexus.gateway.api-keys-file",
                    apiKeysFile.toAbsolutePath().toString(),
                    "nexus.gateway.service-key-file",
                    serviceKeyFile.toAbsolutePath().toString(),
                    "nexus.gateway.trusted-proxies",
                    "127.0.0.1,::1,10.0.0.0/8",
                    "nexus.gateway.auth-rate.per-second",
                    "1",
                    "nexus.gateway.auth-rate.burst",
                    "100");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JoseException e) {
            throw new IllegalStateException("no EC key could be made", e);
        }
    }

    @Override
    public void stop() {
        BROKER.stop();
    }
}
