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
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every cipher holds; each implementation runs this suite on the real thing. */
public abstract class CredentialCipherConformance {

    private static final OpenResult REFUSED = new OpenResult.Failed(CipherFailure.REFUSED);

    private final UUID connection = UUID.randomUUID();
    private final UUID provider = UUID.randomUUID();
    private final CredentialBinding binding = new CredentialBinding("acme", connection, provider);

    /** The cipher under test. */
    protected abstract CredentialCipher cipher();

    /** Makes a new newest key. */
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

    private static Ciphertext with(Ciphertext ciphertext, byte[] bytes) {
        return new Ciphertext(ciphertext.cipher(), ciphertext.keyVersion(), Buffer.buffer(bytes));
    }

    @Test
    void what_was_sealed_opens_empty_long_and_in_any_script() {
        for (String text : List.of("", "pat_abc123xyz", "x".repeat(64 * 1024), "pässwörd 密码 🔑 \u0000")) {
            Ciphertext sealed = seal(binding, secret(text));

            assertThat(open(binding, sealed)).isEqualTo(new OpenResult.Opened(secret(text)));
            assertThat(cipher().knows(sealed.cipher())).isTrue();
        }
    }

    @Test
    void one_plaintext_sealed_twice_is_two_ciphertexts() {
        assertThat(seal(binding, secret("same")).bytes())
                .isNotEqualTo(seal(binding, secret("same")).bytes());
    }

    @Test
    void a_list_is_answered_in_its_order_and_one_bad_item_fails_alone() {
        List<ToOpen> items = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            items.add(new ToOpen(binding, seal(binding, secret("value " + i))));
        }
        items.set(7, new ToOpen(binding, with(items.get(7).ciphertext(), new byte[] {1, 2, 3})));

        List<OpenResult> results = cipher().open(items).await().indefinitely();

        for (int i = 0; i < 40; i++) {
            assertThat(results.get(i)).isEqualTo(i == 7 ? REFUSED : new OpenResult.Opened(secret("value " + i)));
        }
    }

    @Test
    void a_list_is_sealed_in_its_order() {
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
    void nothing_opens_under_another_binding() {
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
    void swapped_rows_do_not_open() {
        CredentialBinding otherRow = new CredentialBinding("acme", UUID.randomUUID(), provider);
        Ciphertext one = seal(binding, secret("one"));
        Ciphertext other = seal(otherRow, secret("other"));

        assertThat(open(binding, other)).isEqualTo(REFUSED);
        assertThat(open(otherRow, one)).isEqualTo(REFUSED);
    }

    @Test
    void a_state_key_opens_under_its_own_kid_alone() {
        Ciphertext sealed = seal(new StateKeyBinding("k1"), secret("key"));

        assertThat(open(new StateKeyBinding("k1"), sealed)).isEqualTo(new OpenResult.Opened(secret("key")));
        assertThat(open(new StateKeyBinding("k2"), sealed)).isEqualTo(REFUSED);
    }

    @Test
    void a_webhook_secret_opens_for_its_own_tenant_endpoint_and_row_alone() {
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
    void a_ciphertext_with_any_bit_flipped_or_any_end_missing_does_not_open() {
        Ciphertext sealed = seal(binding, secret("secret"));
        byte[] bytes = sealed.bytes().getBytes();

        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(open(binding, with(sealed, flipped))).as("bit " + bit).isEqualTo(REFUSED);
        }
        for (int length = 0; length < bytes.length; length++) {
            assertThat(open(binding, with(sealed, Arrays.copyOf(bytes, length))))
                    .as("length " + length)
                    .isEqualTo(REFUSED);
        }
    }

    @Test
    void another_ciphers_ciphertext_does_not_open() {
        Ciphertext sealed = seal(binding, secret("secret"));

        assertThat(open(binding, new Ciphertext("another", sealed.keyVersion(), sealed.bytes())))
                .isEqualTo(REFUSED);
        assertThat(cipher().knows("another")).isFalse();
    }

    @Test
    void after_a_rotation_old_values_open_and_sealing_again_brings_the_new_version() throws Exception {
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
