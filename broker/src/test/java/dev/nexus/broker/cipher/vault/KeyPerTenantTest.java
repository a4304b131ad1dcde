package dev.nexus.broker.cipher.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.cipher.CipherBinding;
import dev.nexus.broker.cipher.CipherBinding.CredentialBinding;
import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.CipherBinding.WebhookSecretBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult;
import dev.nexus.broker.cipher.CredentialCipher.SealResult;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.broker.testing.RealVault;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each tenant has its own transit key. Without that key, no value of the tenant can be decrypted. */
@ExtendWith(RealVault.class)
class KeyPerTenantTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Secret SECRET = Secret.of("secret".getBytes(UTF_8));
    private static OpenVault vault;
    private static TransitCipher cipher;

    private final String tenant = "Tenant." + UUID.randomUUID() + ".";
    private final CredentialBinding binding = new CredentialBinding(tenant, UUID.randomUUID(), UUID.randomUUID());

    @BeforeAll
    static void open() {
        RealVault.get().vault("policy", "write", "key-per-tenant", "../deploy/vault/nexus-broker-key-per-tenant.hcl");
        RealVault.get().vault("policy", "write", "nexus-eraser", "../deploy/vault/nexus-eraser.hcl");
        vault = OpenVault.of(
                VERTX,
                RealVault.get().role("key-per-tenant", "token_policies=key-per-tenant"),
                Map.of(OpenVault.KEY_PER_TENANT, "true"));
        cipher = vault.cipher();
    }

    @AfterAll
    static void close() {
        vault.close();
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private static SealResult sealing(CipherBinding to) {
        return cipher.seal(List.of(new ToSeal(to, SECRET)))
                .await()
                .indefinitely()
                .get(0);
    }

    private static Ciphertext seal(CipherBinding to) {
        return ((SealResult.Sealed) sealing(to)).ciphertext();
    }

    private static OpenResult open(CipherBinding from, Ciphertext ciphertext) {
        return cipher.open(List.of(new ToOpen(from, ciphertext)))
                .await()
                .indefinitely()
                .get(0);
    }

    private TenantKey key(String policy) {
        String token = RealVault.get()
                .vault("token", "create", "-field=token", "-policy=" + policy)
                .strip();
        TenantKey.Vault operator =
                new TenantKey.Vault(RealVault.get().address().toString(), token, Optional.empty(), "transit");
        return TenantKey.of(operator, "nexus", tenant);
    }

    @Test
    void the_first_value_creates_a_derived_key_that_is_not_exportable() {
        Ciphertext sealed = seal(binding);

        assertThat(sealed.cipher()).isEqualTo("transit:nexus-tenant-" + tenant + "-key");
        assertThat(open(binding, sealed)).isEqualTo(new OpenResult.Opened(SECRET));
        assertThat(TransitKeys.unsafe(vault.transit()
                        .key("nexus-tenant-" + tenant + "-key")
                        .await()
                        .indefinitely()
                        .orElseThrow()))
                .isEmpty();
    }

    @Test
    void another_tenant_cannot_decrypt_and_state_keys_use_the_shared_key() {
        Ciphertext sealed = seal(binding);
        CredentialBinding other = new CredentialBinding("other", binding.connection(), binding.provider());

        assertThat(open(other, sealed)).isInstanceOf(OpenResult.Failed.class);
        assertThat(seal(new StateKeyBinding("k")).cipher()).isEqualTo("transit:nexus");
    }

    @Test
    void a_webhook_secret_is_encrypted_with_the_key_of_its_tenant() {
        WebhookSecretBinding own = new WebhookSecretBinding(tenant, UUID.randomUUID(), UUID.randomUUID());
        Ciphertext sealed = seal(own);

        assertThat(sealed.cipher()).isEqualTo("transit:nexus-tenant-" + tenant + "-key");
        assertThat(open(own, sealed)).isEqualTo(new OpenResult.Opened(SECRET));
        assertThat(open(new WebhookSecretBinding("other", own.endpoint(), own.secret()), sealed))
                .isInstanceOf(OpenResult.Failed.class);
    }

    @Test
    void a_value_of_the_shared_key_is_decrypted_but_is_not_newest() {
        try (OpenVault shared = OpenVault.of(VERTX, RealVault.get().broker(), Map.of())) {
            TransitCipher sharedCipher = shared.cipher();
            Ciphertext sealed = ((SealResult.Sealed) sharedCipher
                            .seal(List.of(new ToSeal(binding, SECRET)))
                            .await()
                            .indefinitely()
                            .get(0))
                    .ciphertext();

            assertThat(open(binding, sealed)).isEqualTo(new OpenResult.Opened(SECRET));
            assertThat(cipher.isNewest(binding, sealed.cipher(), sealed.keyVersion())
                            .await()
                            .indefinitely())
                    .isFalse();
        }
    }

    @Test
    void no_value_is_decrypted_after_its_key_is_destroyed() {
        Ciphertext copy = seal(binding);

        Optional<String> destroyed = key("nexus-eraser").destroy();

        assertThat(destroyed).contains("nexus-tenant-" + tenant + "-key");
        assertThat(open(binding, copy)).isInstanceOf(OpenResult.Failed.class);
        seal(binding);
        assertThat(open(binding, copy)).as("a new key of that name").isInstanceOf(OpenResult.Failed.class);
        assertThat(key("nexus-eraser").destroy()).isPresent();
        assertThat(key("nexus-eraser").destroy()).isEmpty();
    }

    @Test
    void the_broker_itself_cannot_destroy_a_key() {
        seal(binding);

        assertThatThrownBy(() -> key("key-per-tenant").destroy())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("403");
    }

    @Test
    void an_unsafe_key_of_a_tenant_is_not_used() {
        RealVault.get().vault("write", "-f", "transit/keys/nexus-tenant-" + tenant + "-key", "derived=false");

        assertThat(sealing(binding)).isInstanceOf(SealResult.Failed.class);
    }
}
