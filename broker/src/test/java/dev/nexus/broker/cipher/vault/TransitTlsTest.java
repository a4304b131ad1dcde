package dev.nexus.broker.cipher.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.testing.VaultOnPath;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** TLS to a real Vault whose certificate is signed by a private CA. */
@ExtendWith(VaultOnPath.class)
class TransitTlsTest {

    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    private Path folder;

    private Process server;
    private String address;

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void start() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = "127.0.0.1:" + free.getLocalPort();
        }
        server = new ProcessBuilder(
                        "vault",
                        "server",
                        "-dev",
                        "-dev-tls",
                        "-dev-tls-cert-dir=" + folder,
                        "-dev-root-token-id=root",
                        "-dev-no-store-token",
                        "-dev-listen-address=" + address)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("vault.log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> exitCode("status") == 0);
        assertThat(exitCode("auth", "enable", "approle")).isZero();
    }

    @AfterEach
    void end() {
        server.destroy();
    }

    private int exitCode(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = "vault";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .putAll(Map.of(
                        "VAULT_ADDR",
                        "https://" + address,
                        "VAULT_TOKEN",
                        "root",
                        "VAULT_CACERT",
                        folder.resolve("vault-ca.pem").toString()));
        return builder.start().waitFor();
    }

    private void login(Map<String, String> further) throws Exception {
        try (OpenVault vault = open(further)) {
            login(vault);
        }
    }

    private static void login(OpenVault vault) {
        vault.transit().key("nexus").await().atMost(Duration.ofSeconds(10));
    }

    private OpenVault open(Map<String, String> further) throws Exception {
        Path secretId = Files.writeString(folder.resolve("secret-id"), "none");
        Map<String, String> settings = new HashMap<>(Map.of(
                "quarkus.vault.url",
                "https://" + address,
                OpenVault.ROLE_ID,
                "unknown",
                OpenVault.SECRET_ID_FILE,
                secretId.toString()));
        settings.putAll(further);
        return OpenVault.of(VERTX, settings);
    }

    @Test
    void vault_is_trusted_only_with_its_ca_file() {
        // Vault itself refuses the login, so the TLS connection works.
        assertThatThrownBy(() -> login(Map.of(
                        "quarkus.vault.tls.ca-cert",
                        folder.resolve("vault-ca.pem").toString())))
                .hasMessage("status 400");
        assertThatThrownBy(() -> login(Map.of())).hasMessageContaining("SSLHandshakeException");
    }

    @Test
    void a_missing_ca_file_is_refused_with_the_name_of_the_setting() {
        assertThatThrownBy(() -> login(Map.of("quarkus.vault.tls.ca-cert", "/nowhere/ca.pem")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("quarkus.vault.tls.ca-cert");
    }

    @Test
    void a_changed_ca_file_is_used_without_a_restart_and_an_invalid_one_is_not() throws Exception {
        Path authorities = Files.writeString(folder.resolve("ca.pem"), otherAuthority());
        try (OpenVault vault = open(Map.of("quarkus.vault.tls.ca-cert", authorities.toString()))) {
            assertThatThrownBy(() -> login(vault)).hasMessageContaining("SSLHandshakeException");

            Files.copy(folder.resolve("vault-ca.pem"), authorities, StandardCopyOption.REPLACE_EXISTING);
            vault.client().reloadAuthorities();

            assertThatThrownBy(() -> login(vault)).hasMessage("status 400");
            Files.writeString(authorities, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
            vault.client().reloadAuthorities();
            assertThatThrownBy(() -> login(vault)).hasMessage("status 400");
            Files.writeString(authorities, otherAuthority());
            vault.client().reloadAuthorities();
            assertThatThrownBy(() -> login(vault)).hasMessageContaining("SSLHandshakeException");
        }
    }

    /** Returns a certificate of an authority that Java trusts. */
    private static String otherAuthority() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        byte[] other = ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers()[0].getEncoded();
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(other)
                + "\n-----END CERTIFICATE-----\n";
    }
}
