package dev.nexus.gateway.component;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of {@link StubbedBroker} with another Broker, which requires the Gateway's client certificate.
 *
 * <p>Tests start and stop this Broker.
 */
public final class MutualTlsBroker implements QuarkusTestResourceLifecycleManager {

    private static final String PASSWORD = "changeit";

    private static final int PORT = freePort();
    private static Path folder = Path.of("target/mutual-tls-broker");
    private static WireMockServer broker = stopped();

    private final StubbedBroker settings = new StubbedBroker();

    /** Returns the current Broker stub, which may be stopped. */
    static WireMockServer broker() {
        return broker;
    }

    /** Starts a Broker without stubbed responses. */
    static void startBroker() {
        broker = new WireMockServer(WireMockConfiguration.options()
                .bindAddress("127.0.0.1")
                .httpDisabled(true)
                .httpsPort(PORT)
                .keystorePath(store("broker"))
                .keystorePassword(PASSWORD)
                .keyManagerPassword(PASSWORD)
                .keystoreType("PKCS12")
                .needClientAuth(true)
                .trustStorePath(store("trusted-by-broker"))
                .trustStorePassword(PASSWORD)
                .trustStoreType("PKCS12"));
        broker.start();
    }

    private static WireMockServer stopped() {
        return new WireMockServer(WireMockConfiguration.options().dynamicPort());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String store(String name) {
        return folder.resolve(name + ".p12").toAbsolutePath().toString();
    }

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory(Files.createDirectories(folder), "stores");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        selfSigned("broker", "trusted-by-gateway");
        selfSigned("gateway", "trusted-by-broker");
        Map<String, String> all = new HashMap<>(settings.start());
        all.put("nexus.gateway.broker-url", "https://127.0.0.1:" + PORT);
        all.put("quarkus.tls.broker.key-store.p12.path", store("gateway"));
        all.put("quarkus.tls.broker.key-store.p12.password", PASSWORD);
        all.put("quarkus.tls.broker.trust-store.p12.path", store("trusted-by-gateway"));
        all.put("quarkus.tls.broker.trust-store.p12.password", PASSWORD);
        return all;
    }

    /** Creates a key with a self-signed certificate, and a trust store with this certificate. */
    private static void selfSigned(String name, String trust) {
        String certificate = folder.resolve(name + ".crt").toString();
        keytool(
                name,
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=ip:127.0.0.1",
                "-validity",
                "90");
        keytool(name, "-exportcert", "-alias", name, "-file", certificate);
        keytool(trust, "-importcert", "-noprompt", "-alias", name, "-file", certificate);
    }

    private static void keytool(String store, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store(store), "-storetype", "PKCS12", "-storepass", PASSWORD));
        try {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void stop() {
        broker.stop();
        settings.stop();
    }
}
