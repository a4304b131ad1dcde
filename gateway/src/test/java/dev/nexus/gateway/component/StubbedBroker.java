package dev.nexus.gateway.component;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
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

/** The environment of a Gateway under test: an API keys file, and a Broker with stubbed responses. */
public final class StubbedBroker implements QuarkusTestResourceLifecycleManager {

    /** The burst on the /auth routes, for each address and each state. */
    static final int AUTH_BURST = 100;

    /** The burst of {@link #slowKey()}. */
    static final int SLOW_BURST = 3;

    private static final String ALL_SCOPES =
            "connections:write, connections:read, tokens:read, providers:admin," + " webhooks:admin, audit:read";

    private static final WireMockServer BROKER =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private static final TestApiKey FULL = TestApiKey.mint();
    private static final TestApiKey READ_ONLY = TestApiKey.mint();
    private static final TestApiKey AUDIT_ONLY = TestApiKey.mint();
    private static final TestApiKey SLOW = TestApiKey.mint();
    private static final TestApiKey REVOKED = TestApiKey.mint();
    private static final TestApiKey EXPIRED = TestApiKey.mint();
    private static MountedSecret mounted;

    /** Returns the Broker stub. Each test resets it. */
    public static WireMockServer broker() {
        return BROKER;
    }

    /** Resets the stub and answers each later request with 200 and {@code {"found": true}}. */
    static void answerEverything() {
        BROKER.resetAll();
        answer(json(200, "{\"found\": true}"));
    }

    static void answer(ResponseDefinitionBuilder answer) {
        BROKER.stubFor(any(anyUrl()).willReturn(answer));
    }

    static ResponseDefinitionBuilder json(int status, String body) {
        return aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/json")
                .withBody(body);
    }

    /** Returns the complete API key of the tenant acme with all scopes. */
    public static String apiKey() {
        return FULL.value();
    }

    /** Returns a key with only the scope connections:read. */
    static String readOnlyKey() {
        return READ_ONLY.value();
    }

    /** Returns a key with only the scope connections:read and a rate of one request per second. */
    static String slowKey() {
        return SLOW.value();
    }

    /** Returns a key with only the scope audit:read. */
    static String auditKey() {
        return AUDIT_ONLY.value();
    }

    /** Returns a key that is in the file, with all scopes, and revoked. */
    static String revokedKey() {
        return REVOKED.value();
    }

    /** Returns a key that is in the file, with all scopes, and expired. */
    static String expiredKey() {
        return EXPIRED.value();
    }

    /** Returns a key with the id of {@link #apiKey()} and another secret. */
    static String keyWithWrongSecret() {
        return FULL.withOtherSecret().value();
    }

    /** Returns the mounted API keys file. */
    static MountedSecret apiKeysFile() {
        return mounted;
    }

    /** Returns the initial content of the API keys file. */
    static String apiKeys() {
        return "keys:\n" + FULL.entry(ALL_SCOPES, 100_000, 100_000)
                + READ_ONLY.entry("connections:read", 100_000, 100_000)
                + AUDIT_ONLY.entry("audit:read", 100_000, 100_000)
                + REVOKED.entry(ALL_SCOPES, 100_000, 100_000) + "  revoked: true\n"
                + EXPIRED.entry(ALL_SCOPES, 100_000, 100_000) + "  expires_at: \"2020-01-01T00:00:00Z\"\n"
                + SLOW.entry("connections:read", 1, SLOW_BURST);
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
            mounted = new MountedSecret(folder, "api-keys.yaml", apiKeys());
            return Map.of(
                    "nexus.gateway.public-url",
                    "http://127.0.0.1:8080",
                    "nexus.gateway.broker-url",
                    BROKER.baseUrl(),
                    "nexus.gateway.broker-timeout",
                    "PT5S",
                    "nexus.gateway.api-keys-file",
                    mounted.file().toAbsolutePath().toString(),
                    "nexus.gateway.service-key-file",
                    serviceKeyFile.toAbsolutePath().toString(),
                    "nexus.gateway.trusted-proxies",
                    "127.0.0.1,::1,10.0.0.0/8",
                    "nexus.gateway.auth-rate.per-second",
                    "1",
                    "nexus.gateway.auth-rate.burst",
                    String.valueOf(AUTH_BURST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JoseException e) {
            throw new IllegalStateException("generating the EC key failed", e);
        }
    }

    @Override
    public void stop() {
        BROKER.stop();
    }
}
