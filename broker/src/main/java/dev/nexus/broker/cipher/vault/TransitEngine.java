package dev.nexus.broker.cipher.vault;

import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;

/** The calls to Vault's transit engine. A call fails if Vault gives no usable answer. */
interface TransitEngine {

    /**
     * Returns one result for each item, in the order of {@code items}: a ciphertext or an error. Fails if all items
     * fail.
     */
    Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
            String key, List<VaultSecretsTransitEncryptBatchItem> items);

    /** Returns one result for each item, in the order of {@code items}: a plaintext or an error. */
    Uni<List<VaultSecretsTransitDecryptResultBatchItem>> decrypt(
            String key, List<VaultSecretsTransitDecryptBatchItem> items);

    /** Returns the metadata of a key; empty if no key has this name. */
    Uni<Optional<VaultSecretsTransitKeyInfo>> key(String name);
}
