package dev.nexus.broker.cipher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.cipher.CipherBinding.CredentialBinding;
import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.CipherBinding.WebhookSecretBinding;
import dev.nexus.broker.cipher.CredentialCipher.CipherFailure;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.SealResult;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.testsupport.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The rules of {@link CredentialCipher}. Each implementation that has keys runs this suite with its real key store. */
public abstract class CredentialCipherConformance {

    private static final OpenResult REFUSED = new OpenResult.Failed(CipherFailure.REFUSED);

    private final UUID connection = UUID.randomUUID();
    private final UUID provider = UUID.randomUUID();
    private final CredentialBinding binding = new CredentialBinding("acme", connection, provider);

    protected abstract CredentialCipher cipher();

    /** Creates a new key version, which becomes the newest. */
    protected abstract void rotate() throws Exception;

    private static Secret secret(String text) {
        return Secret.of(text.getBytes(UTF_8));
    }

    private Ciphertext seal(CipherBinding to, Secret plaintext) {
        SealResult result = cipher().seal(List.of(new ToSeal(to, plaintext)))
                .await()
                .indefinitely()
                .get(0);
        assertThat(result).isInstanceOf(SealResult.Sealed.class);
        return ((SealResult.Sealed) result).ciphertext();
    }

    private OpenResult open(CipherBinding from, Ciphertext ciphertext) {
        return cipher().open(List.of(new ToOpen(from, ciphertext)))
                .await()
                .indefinitely()
                .get(0);
    }

    private boolean isNewest(Ciphertext ciphertext) {
        return cipher().isNewest(binding, ciphertext.cipher(), ciphertext.keyVersion())
                .await()
                .indefinitely();
    }

    private static Ciphertext withBytes(Ciphertext ciphertext, byte[] bytes) {
        return new Ciphertext(ciphertext.cipher(), ciphertext.keyVersion(), Buffer.buffer(bytes));
    }

    @Test
    void empty_long_and_non_latin_values_are_decrypted_unchanged() {
        for (String text : List.of("", "pat_abc123xyz", "x".repeat(64 * 1024), "pässwörd 密码 🔑 \u0000")) {
            Ciphertext sealed = seal(binding, secret(text));

            assertThat(open(binding, sealed)).isEqualTo(new OpenResult.Opened(secret(text)));
            assertThat(cipher().knows(sealed.cipher())).isTrue();
        }
    }

    @Test
    void encrypting_a_plaintext_twice_gives_different_ciphertexts() {
        assertThat(seal(binding, secret("same")).bytes())
                .isNotEqualTo(seal(binding, secret("same")).bytes());
    }

    @Test
    void a_list_is_decrypted_in_order_and_one_bad_item_fails_only_itself() {
        List<ToOpen> items = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            items.add(new ToOpen(binding, seal(binding, secret("value " + i))));
        }
        items.set(7, new ToOpen(binding, withBytes(items.get(7).ciphertext(), new byte[] {1, 2, 3})));

        List<OpenResult> results = cipher().open(items).await().indefinitely();

        for (int i = 0; i < 40; i++) {
            assertThat(results.get(i)).isEqualTo(i == 7 ? REFUSED : new OpenResult.Opened(secret("value " + i)));
        }
    }

    @Test
    void a_list_is_encrypted_in_order() {
        List<ToSeal> items = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            items.add(new ToSeal(binding, secret("value " + i)));
        }

        List<SealResult> results = cipher().seal(items).await().indefinitely();

        for (int i = 0; i < 40; i++) {
            assertThat(open(binding, ((SealResult.Sealed) results.get(i)).ciphertext()))
                    .isEqualTo(new OpenResult.Opened(secret("value " + i)));
        }
    }

    @Test
    @Promise(29)
    void a_ciphertext_is_not_decrypted_with_another_binding() {
        Ciphertext sealed = seal(binding, secret("secret"));

        for (CipherBinding other : List.of(
                new CredentialBinding("globex", connection, provider),
                new CredentialBinding("acme", UUID.randomUUID(), provider),
                new CredentialBinding("acme", connection, UUID.randomUUID()),
                new CredentialBinding("acme", provider, connection),
                new StateKeyBinding("acme"),
                new StateKeyBinding(connection.toString()),
                new WebhookSecretBinding("acme", connection, provider))) {
            assertThat(open(other, sealed)).isEqualTo(REFUSED);
        }
    }

    @Test
    @Promise(29)
    void ciphertexts_of_swapped_rows_are_not_decrypted() {
        CredentialBinding otherRow = new CredentialBinding("acme", UUID.randomUUID(), provider);
        Ciphertext one = seal(binding, secret("one"));
        Ciphertext other = seal(otherRow, secret("other"));

        assertThat(open(binding, other)).isEqualTo(REFUSED);
        assertThat(open(otherRow, one)).isEqualTo(REFUSED);
    }

    @Test
    void a_state_key_is_decrypted_only_with_its_own_kid() {
        Ciphertext sealed = seal(new StateKeyBinding("k1"), secret("key"));

        assertThat(open(new StateKeyBinding("k1"), sealed)).isEqualTo(new OpenResult.Opened(secret("key")));
        assertThat(open(new StateKeyBinding("k2"), sealed)).isEqualTo(REFUSED);
    }

    @Test
    void a_webhook_secret_is_decrypted_only_for_its_own_tenant_endpoint_and_row() {
        WebhookSecretBinding own = new WebhookSecretBinding("acme", connection, provider);
        Ciphertext sealed = seal(own, secret("whsec"));

        assertThat(open(own, sealed)).isEqualTo(new OpenResult.Opened(secret("whsec")));
        for (CipherBinding other : List.of(
                new WebhookSecretBinding("globex", connection, provider),
                new WebhookSecretBinding("acme", UUID.randomUUID(), provider),
                new WebhookSecretBinding("acme", connection, UUID.randomUUID()),
                new WebhookSecretBinding("acme", provider, connection),
                binding,
                new StateKeyBinding("acme"))) {
            assertThat(open(other, sealed)).isEqualTo(REFUSED);
        }
    }

    @Test
    @Promise(29)
    void a_ciphertext_with_a_flipped_bit_or_a_missing_end_is_not_decrypted() {
        Ciphertext sealed = seal(binding, secret("secret"));
        byte[] bytes = sealed.bytes().getBytes();

        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(open(binding, withBytes(sealed, flipped)))
                    .as("bit " + bit)
                    .isEqualTo(REFUSED);
        }
        for (int length = 0; length < bytes.length; length++) {
            assertThat(open(binding, withBytes(sealed, Arrays.copyOf(bytes, length))))
                    .as("length " + length)
                    .isEqualTo(REFUSED);
        }
    }

    @Test
    void a_ciphertext_of_another_cipher_is_not_decrypted() {
        Ciphertext sealed = seal(binding, secret("secret"));

        assertThat(open(binding, new Ciphertext("another", sealed.keyVersion(), sealed.bytes())))
                .isEqualTo(REFUSED);
        assertThat(cipher().knows("another")).isFalse();
    }

    @Test
    void after_a_rotation_old_values_are_decrypted_and_new_values_have_the_new_version() throws Exception {
        Ciphertext old = seal(binding, secret("secret"));

        rotate();

        assertThat(open(binding, old)).isEqualTo(new OpenResult.Opened(secret("secret")));
        Ciphertext again = seal(binding, secret("secret"));
        assertThat(again.keyVersion()).isNotEqualTo(old.keyVersion());
        assertThat(isNewest(old)).isFalse();
        assertThat(isNewest(again)).isTrue();
        assertThat(open(binding, again)).isEqualTo(new OpenResult.Opened(secret("secret")));
    }
}
