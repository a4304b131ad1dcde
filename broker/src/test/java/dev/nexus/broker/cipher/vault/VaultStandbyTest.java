package dev.nexus.broker.cipher.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher.CipherFailure;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.SealResult.Sealed;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.broker.testing.VaultCluster;
import dev.nexus.broker.testing.VaultOnPath;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A Vault cluster in high availability mode, called through a standby server. */
@Tag("soak")
@ExtendWith(VaultOnPath.class)
class VaultStandbyTest {

    private static final StateKeyBinding BINDING = new StateKeyBinding("k");
    private static final Secret SECRET = Secret.of("secret".getBytes(UTF_8));

    @TempDir
    private Path folder;

    private static OpenResult open(TransitCipher cipher, Ciphertext ciphertext) {
        return cipher.open(List.of(new ToOpen(BINDING, ciphertext)))
                .await()
                .atMost(Duration.ofSeconds(10))
                .get(0);
    }

    /** Retries, because the first call to a new cluster may time out. */
    private static Ciphertext awaitSealed(TransitCipher cipher) {
        return ((Sealed) Awaitility.await()
                        .atMost(Duration.ofSeconds(40))
                        .until(
                                () -> cipher.seal(List.of(new ToSeal(BINDING, SECRET)))
                                        .await()
                                        .atMost(Duration.ofSeconds(10))
                                        .get(0),
                                Sealed.class::isInstance))
                .ciphertext();
    }

    @Test
    void calls_through_a_standby_succeed_after_a_failover_and_fail_without_a_quorum() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (VaultCluster cluster = VaultCluster.start(folder)) {
            Path secretId = folder.resolve("secret-id");
            String roleId = cluster.operate(
                            List.of("../deploy/vault/setup", "--app-role", "--secret-id-file", secretId.toString()))
                    .lines()
                    .filter(line -> line.startsWith(OpenVault.ROLE_ID + "="))
                    .map(line -> line.substring(line.indexOf('=') + 1))
                    .findFirst()
                    .orElseThrow();
            String standby = cluster.standby();
            Map<String, String> settings = Map.of(
                    "quarkus.vault.url",
                    standby,
                    OpenVault.ROLE_ID,
                    roleId,
                    OpenVault.SECRET_ID_FILE,
                    secretId.toString(),
                    "quarkus.vault.connect-timeout",
                    "PT1S",
                    "quarkus.vault.read-timeout",
                    "PT1.5S");
            try (OpenVault vault = OpenVault.of(vertx, settings)) {
                TransitCipher cipher = vault.cipher();
                Ciphertext ciphertext = awaitSealed(cipher);
                assertThat(open(cipher, ciphertext)).isEqualTo(new OpenResult.Opened(SECRET));

                cluster.stepDown();
                int unavailable = awaitOpened(cipher, ciphertext);
                System.out.printf("Failover of the active Vault: %d calls unavailable, none refused%n", unavailable);

                cluster.isolate(standby);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(40))
                        .untilAsserted(() -> assertThat(open(cipher, ciphertext))
                                .isEqualTo(new OpenResult.Failed(CipherFailure.UNAVAILABLE)));
                cluster.heal();
                awaitOpened(cipher, ciphertext);
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** Retries until the value is opened. Returns the number of calls that failed with UNAVAILABLE until then. */
    private static int awaitOpened(TransitCipher cipher, Ciphertext ciphertext) {
        AtomicInteger unavailable = new AtomicInteger();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            OpenResult result = open(cipher, ciphertext);
            if (result instanceof OpenResult.Opened opened) {
                assertThat(opened.plaintext()).isEqualTo(SECRET);
                return true;
            }
            assertThat(result).isEqualTo(new OpenResult.Failed(CipherFailure.UNAVAILABLE));
            unavailable.incrementAndGet();
            return false;
        });
        return unavailable.get();
    }
}
