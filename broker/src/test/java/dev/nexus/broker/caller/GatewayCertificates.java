package dev.nexus.broker.caller;

import dev.nexus.broker.testing.ScriptedProvider;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A Broker that requires the Gateway's client certificate, with certificates for its callers. */
public final class GatewayCertificates implements QuarkusTestProfile {

    /** The DNS name in the Gateway's certificate. */
    static final String GATEWAY = "nexus-gateway";

    /** The DNS name in the certificate of another caller, which the Broker's trust store has too. */
    static final String ANOTHER = "another-service";

    private static final String SERVER = "localhost";
    private static final String PASSWORD = "changeit";
    private static final Path FOLDER = create();

    private static Path create() {
        try {
            Path folder = Files.createTempDirectory("nexus-broker-tls");
            ScriptedProvider.certificate(folder.resolve(SERVER), SERVER);
            ScriptedProvider.certificate(folder.resolve(GATEWAY), GATEWAY);
            ScriptedProvider.certificate(folder.resolve(ANOTHER), ANOTHER);
            KeyStore callers = KeyStore.getInstance("PKCS12");
            callers.load(null, null);
            callers.setCertificateEntry(GATEWAY, store(folder, GATEWAY).getCertificate("provider"));
            callers.setCertificateEntry(ANOTHER, store(folder, ANOTHER).getCertificate("provider"));
            try (OutputStream out = Files.newOutputStream(folder.resolve("callers.p12"))) {
                callers.store(out, PASSWORD.toCharArray());
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore store(Path folder, String name) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(folder.resolve(name).resolve("provider.p12"))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        }
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "quarkus.http.tls-configuration-name",
                "gateway",
                "quarkus.http.insecure-requests",
                "disabled",
                "quarkus.http.test-ssl-port",
                "0",
                "quarkus.tls.gateway.key-store.p12.path",
                FOLDER.resolve(SERVER).resolve("provider.p12").toString(),
                "quarkus.tls.gateway.key-store.p12.password",
                PASSWORD,
                "quarkus.tls.gateway.trust-store.p12.path",
                FOLDER.resolve("callers.p12").toString(),
                "quarkus.tls.gateway.trust-store.p12.password",
                PASSWORD,
                "nexus.broker.gateway-identity",
                GATEWAY);
    }

    /** The TLS client {@code name}: {@link #GATEWAY}, {@link #ANOTHER}, or empty for a client without a certificate. */
    static SSLContext client(String name) {
        try {
            KeyStore server = KeyStore.getInstance("PKCS12");
            server.load(null, null);
            server.setCertificateEntry(SERVER, store(FOLDER, SERVER).getCertificate("provider"));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(server);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(name.isEmpty() ? null : store(FOLDER, name), PASSWORD.toCharArray());
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return tls;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
