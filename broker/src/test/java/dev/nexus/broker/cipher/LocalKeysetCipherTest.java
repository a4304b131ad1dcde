package dev.nexus.broker.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.SealResult;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKeysetCipherTest extends CredentialCipherConformance {

    @TempDir
    private Path folder;

    private Path file;
    private CredentialCipher cipher;

    @BeforeEach
    void make() throws Exception {
        file = folder.resolve("keyset.json");
        cipher = new LocalKeysetCipher(new KeysetFile(file));
    }

    @Override
    CredentialCipher cipher() {
        return cipher;
    }

    @Override
    void rotate() throws Exception {
        new KeysetFile(file).rotate();
        cipher = new LocalKeysetCipher(new KeysetFile(file));
    }

    @Test
    void the_file_is_its_owners_alone_and_a_second_start_opens_what_the_first_sealed() throws Exception {
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
    void a_running_cipher_follows_a_rotation_when_it_meets_a_value_of_the_new_key() throws Exception {
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
    void production_refuses_the_local_keyset_and_names_the_setting() {
        assertThatThrownBy(() -> CipherAtStart.refuseUnsafe(settings("nexus.cipher.kind", "local"), true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.cipher.kind");
        assertThatThrownBy(() -> CipherAtStart.local(
                        settings("nexus.cipher.kind", "local").local()))
                .hasMessageContaining("nexus.cipher.local.keyset-file");
    }

    private static CipherConfig settings(String name, String value) {
        return TransitSettings.parse(Map.of(name, value));
    }
}
