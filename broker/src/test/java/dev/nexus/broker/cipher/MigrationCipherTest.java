package dev.nexus.broker.cipher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult.Opened;
import dev.nexus.broker.cipher.CredentialCipher.SealResult.Sealed;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MigrationCipherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final StateKeyBinding BINDING = new StateKeyBinding("k");

    private final CredentialCipher old = new UnsafeNamedCipher("old");
    private final CredentialCipher target = new UnsafeNamedCipher("target");
    private final CredentialCipher migration = new MigrationCipher(target, old);

    /** Does not encrypt. Opening a value puts the cipher's name in front of the plaintext. */
    private record UnsafeNamedCipher(String name) implements CredentialCipher {

        @Override
        public boolean knows(String cipher) {
            return name.equals(cipher);
        }

        @Override
        public Uni<List<SealResult>> seal(List<ToSeal> items) {
            return Uni.createFrom()
                    .item(items.stream()
                            .<SealResult>map(item -> new Sealed(new Ciphertext(
                                    name, 1, Buffer.buffer(item.plaintext().reveal()))))
                            .toList());
        }

        @Override
        public Uni<List<OpenResult>> open(List<ToOpen> items) {
            return Uni.createFrom()
                    .item(items.stream()
                            .<OpenResult>map(item -> knows(item.ciphertext().cipher())
                                    ? new Opened(
                                            text(name + ":" + item.ciphertext().bytes()))
                                    : new OpenResult.Failed(CipherFailure.REFUSED))
                            .toList());
        }

        @Override
        public Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion) {
            return Uni.createFrom().item(knows(cipher));
        }
    }

    private static Secret text(String text) {
        return Secret.of(text.getBytes(UTF_8));
    }

    private static ToOpen sealed(CredentialCipher cipher, String plaintext) {
        Sealed sealed = (Sealed) cipher.seal(List.of(new ToSeal(BINDING, text(plaintext))))
                .await()
                .atMost(PATIENCE)
                .get(0);
        return new ToOpen(BINDING, sealed.ciphertext());
    }

    @Test
    void the_target_encrypts() {
        ToOpen sealed = sealed(migration, "a");

        assertThat(sealed.ciphertext().cipher()).isEqualTo("target");
    }

    @Test
    void each_cipher_decrypts_its_own_values_and_the_results_keep_the_order() {
        List<ToOpen> items =
                List.of(sealed(old, "1"), sealed(target, "2"), sealed(target, "3"), sealed(old, "4"), sealed(old, "5"));

        assertThat(migration.open(items).await().atMost(PATIENCE))
                .containsExactly(
                        new Opened(text("old:1")),
                        new Opened(text("target:2")),
                        new Opened(text("target:3")),
                        new Opened(text("old:4")),
                        new Opened(text("old:5")));
    }

    @Test
    void values_of_both_ciphers_are_known_and_only_those_of_the_target_are_newest() {
        assertThat(migration.knows("old")).isTrue();
        assertThat(migration.knows("target")).isTrue();
        assertThat(migration.knows("another")).isFalse();
        assertThat(migration.isNewest(BINDING, "target", 1).await().atMost(PATIENCE))
                .isTrue();
        assertThat(migration.isNewest(BINDING, "old", 1).await().atMost(PATIENCE))
                .isFalse();
    }
}
