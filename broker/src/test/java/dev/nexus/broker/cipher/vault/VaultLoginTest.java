package dev.nexus.broker.cipher.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.SealResult.Sealed;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.broker.testing.RealVault;
import dev.nexus.testsupport.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Renewal and replacement of the token, tested on a real Vault with short leases. */
@ExtendWith(RealVault.class)
class VaultLoginTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final StateKeyBinding BINDING = new StateKeyBinding("k");
    private static final Secret SECRET = Secret.of("secret".getBytes(UTF_8));

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private static RealVault.Login login(String name, String ttl, String maxTtl) {
        return RealVault.get().role(name, "token_policies=nexus-broker", "token_ttl=" + ttl, "token_max_ttl=" + maxTtl);
    }

    /** A cipher with a separate connection to Vault. */
    private record Opened(OpenVault vault, TransitCipher cipher) implements AutoCloseable {

        static Opened over(RealVault.Login login) {
            OpenVault vault = OpenVault.of(VERTX, login, Map.of());
            return new Opened(vault, vault.cipher());
        }

        Ciphertext seal() {
            return ((Sealed) cipher.seal(List.of(new ToSeal(BINDING, SECRET)))
                            .await()
                            .indefinitely()
                            .get(0))
                    .ciphertext();
        }

        OpenResult open(Ciphertext ciphertext) {
            return cipher.open(List.of(new ToOpen(BINDING, ciphertext)))
                    .await()
                    .indefinitely()
                    .get(0);
        }

        @Override
        public void close() {
            vault.close();
        }
    }

    @Test
    @Promise(13)
    void a_token_is_renewed_and_replaced_without_failed_calls() {
        try (Opened opened = Opened.over(login("short-lease", "3s", "7s"))) {
            Ciphertext ciphertext = opened.seal();
            Instant end = Instant.now().plus(Duration.ofSeconds(16));
            int calls = 0;
            while (Instant.now().isBefore(end)) {
                assertThat(opened.open(ciphertext)).isEqualTo(new OpenResult.Opened(SECRET));
                calls++;
            }
            System.out.printf("%d calls during five leases and two lifetimes of a token, none failed%n", calls);
        }
    }

    @Test
    void a_call_with_a_revoked_token_logs_in_again() throws Exception {
        RealVault.Login login = login("revoked", "1h", "2h");
        try (Opened opened = Opened.over(login)) {
            Ciphertext ciphertext = opened.seal();
            // The Broker does not replace a very new token after a 403, because the policy must be the cause.
            Awaitility.await().pollDelay(Duration.ofMillis(1_500)).until(() -> true);

            RealVault.get().vault("token", "revoke", "-mode=path", "auth/approle");

            assertThat(opened.open(ciphertext)).isEqualTo(new OpenResult.Opened(SECRET));
        }
    }

    @Test
    void a_rotated_secret_id_is_read_at_the_next_login() throws Exception {
        RealVault.Login login = login("exchanged", "2s", "2s");
        try (Opened opened = Opened.over(login)) {
            Ciphertext ciphertext = opened.seal();

            Files.writeString(
                    login.secretIdFile(),
                    RealVault.get().vault("write", "-f", "-field=secret_id", "auth/approle/role/exchanged/secret-id"));

            Instant end = Instant.now().plus(Duration.ofSeconds(5));
            while (Instant.now().isBefore(end)) {
                assertThat(opened.open(ciphertext)).isEqualTo(new OpenResult.Opened(SECRET));
            }
        }
    }
}
