package dev.nexus.broker.cipher.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.cipher.CipherBinding.CredentialBinding;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.Secret;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The Broker keeps a bounded number of tenants' keys in memory, and checks a forgotten key again. */
class TransitKeysTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final TransitConfig CONFIG = OpenVault.transit(Map.of());
    private static final int TENANTS = 2 * TransitKeys.MAX_CACHED;

    private final AtomicInteger checks = new AtomicInteger();
    private final Set<String> checked = new HashSet<>();
    private final TransitKeys keys = new TransitKeys(CONFIG, this::check);

    private Uni<Optional<VaultSecretsTransitKeyInfo>> check(String name) {
        checks.incrementAndGet();
        checked.add(name);
        return Uni.createFrom()
                .item(Optional.of(new VaultSecretsTransitKeyInfo()
                        .setDerived(true)
                        .setExportable(false)
                        .setAllowPlaintextBackup(false)));
    }

    /** A transit engine that no test calls. */
    private static final class UnusedEngine implements TransitEngine {

        @Override
        public Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
                String key, List<VaultSecretsTransitEncryptBatchItem> items) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<List<VaultSecretsTransitDecryptResultBatchItem>> decrypt(
                String key, List<VaultSecretsTransitDecryptBatchItem> items) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Optional<VaultSecretsTransitKeyInfo>> key(String name) {
            throw new UnsupportedOperationException();
        }
    }

    private void useKeysOfAllTenants() {
        for (int i = 0; i < TENANTS; i++) {
            keys.requireSafe("nexus-tenant-" + i + "-key").await().atMost(PATIENCE);
        }
    }

    @Test
    void a_key_in_use_is_checked_once() {
        keys.requireSafe("nexus-tenant-a-key").await().atMost(PATIENCE);
        keys.requireSafe("nexus-tenant-a-key").await().atMost(PATIENCE);
        keys.requireSafe("nexus").await().atMost(PATIENCE);

        assertThat(checks).hasValue(1);
        assertThat(checked).containsExactly("nexus-tenant-a-key");
    }

    @Test
    void the_number_of_trusted_keys_is_bounded() {
        useKeysOfAllTenants();
        useKeysOfAllTenants();

        assertThat(checks.get() - TENANTS)
                .as("keys that were forgotten and checked again")
                .isGreaterThanOrEqualTo(TransitKeys.MAX_CACHED / 2);
    }

    @Test
    void the_checks_of_a_slow_key_use_no_more_calls_than_its_batches() {
        AtomicInteger running = new AtomicInteger();
        Uni<Optional<VaultSecretsTransitKeyInfo>> slow = Uni.createFrom().nothing();
        TransitKeys slowKeys = new TransitKeys(
                OpenVault.transit(Map.of(OpenVault.KEY_PER_TENANT, "true")),
                name -> slow.onSubscription().invoke(running::incrementAndGet));
        TransitCipher cipher = new TransitCipher(new UnusedEngine(), slowKeys, CONFIG);
        CredentialBinding binding = new CredentialBinding("slow", UUID.randomUUID(), UUID.randomUUID());

        for (int i = 0; i < 20; i++) {
            cipher.seal(List.of(new ToSeal(binding, Secret.of("secret".getBytes(UTF_8)))))
                    .subscribe()
                    .with(answer -> {});
        }

        assertThat(running).hasValue(CONFIG.batchCalls());
    }
}
