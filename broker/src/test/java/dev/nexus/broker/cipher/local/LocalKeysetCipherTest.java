package dev.nexus.broker.cipher.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.SealResult;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.CredentialCipherConformance;
import dev.nexus.broker.cipher.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKeysetCipherTest extends CredentialCipherConformance {

    @TempDir
    private Path folder;

    private Path file;
    private CredentialCipher cipher;

    @BeforeEach
    void createKeyset() throws Exception {
        file = folder.resolve("keyset.json");
        cipher = new LocalKeysetCipher(new KeysetFile(file));
    }

    @Override
    protected CredentialCipher cipher() {
        return cipher;
    }

    @Override
    protected void rotate() throws Exception {
        new KeysetFile(file).rotate();
        cipher = new LocalKeysetCipher(new KeysetFile(file));
    }

    @Test
    void only_the_owner_may_access_the_file_and_a_restart_decrypts_old_values() throws Exception {
        SealResult sealed = cipher.seal(List.of(new ToSeal(new StateKeyBinding("k"), Secret.of(new byte[] {1}))))
                .await()
                .indefinitely()
                .get(0);

        CredentialCipher second = new LocalKeysetCipher(new KeysetFile(file));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(second.open(List.of(new ToOpen(new StateKeyBinding("k"), ((SealResult.Sealed) sealed).ciphertext())))
                        .await()
                        .indefinitely())
                .containsExactly(new OpenResult.Opened(Secret.of(new byte[] {1})));
    }

    @Test
    void a_running_cipher_reloads_the_keyset_for_a_value_of_a_new_key() throws Exception {
        CredentialCipher running = cipher;
        rotate();
        SealResult sealed = cipher.seal(List.of(new ToSeal(new StateKeyBinding("k"), Secret.of(new byte[] {1}))))
                .await()
                .indefinitely()
                .get(0);

        assertThat(running.open(List.of(
                                new ToOpen(new StateKeyBinding("k"), ((SealResult.Sealed) sealed).ciphertext())))
                        .await()
                        .indefinitely())
                .containsExactly(new OpenResult.Opened(Secret.of(new byte[] {1})));
    }

    @Test
    void a_missing_keyset_file_is_refused_with_the_name_of_the_setting() {
        LocalConfig config = Optional::empty;

        assertThatThrownBy(() -> LocalKeysetAtStart.open(config))
                .hasMessageContaining("nexus.cipher.local.keyset-file");
    }
}
