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

/** What a Gateway under test needs: a file of API keys, and a Broker whose answers the test writes. */
public final class StubbedBroker implements QuarkusTestResourceLifecycleManager {

    /** Requests at once on the /auth routes, for each address and for each state. */
    static final int AUTH_BURST = 100;

    /** Requests at once with {@link #slowKey()}. */
    static final int SLOW_BURST = 3;

    private static final String ALL_SCOPES =
            "connections:write, connections:read, tokens:read, providers:admin," + " webhooks:admin, audit:read";

    private static final WireMockServer BROKER =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private static final TestApiKey FULL = TestApiKey.mint();
    private static final TestApiKey READ_ONLY = TestApiKey.mint();
    private static final TestApiKey SLOW = TestApiKey.mint();
    private static MountedSecret mounted;

    /** The Broker's stub; each test resets it. */
    public static WireMockServer broker() {
        return BROKER;
    }

    /** Forgets the requests and answers so far, and answers each further request with 200 and {@code {"found": true}}. */
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

    /** The tenant acme's API key with all scopes, as a caller presents it. */
    public static String apiKey() {
        return FULL.value();
    }

    /** A key with the scope connections:read only. */
    static String readOnlyKey() {
        return READ_ONLY.value();
    }

    /** A key with the scope connections:read only, for one request per second. */
    static String slowKey() {
        return SLOW.value();
    }

    /** The mounted file of API keys. */
    static MountedSecret apiKeysFile() {
        return mounted;
    }

    /** The content of the file of API keys at the start. */
    static String apiKeys() {
        return "keys:\n" + FULL.entry(ALL_SCOPES, 100_000, 100_000)
                + READ_ONLY.entry("connections:read", 100_000, 100_000)
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
            throw new IllegalStateException("no EC key could be made", e);
        }
    }

    @Override
    public void stop() {
        BROKER.stop();
    }
}
