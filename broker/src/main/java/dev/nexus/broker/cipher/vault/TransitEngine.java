package dev.nexus.broker.cipher.vault;

import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;

/** The three calls of Vault's transit engine that a cipher needs; each fails where Vault gives no usable answer. */
interface TransitEngine {

    /** Results in the order of {@code items}, each with a ciphertext or an error. */
    Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
            String key, List<VaultSecretsTransitEncryptBatchItem> items);

    /** Results in the order of {@code items}, each with a plaintext or an error. */
    Uni<List<VaultSecretsTransitDecryptResultBatchItem>> decrypt(
            String key, List<VaultSecretsTransitDecryptBatchItem> items);

    /** What Vault says of a key; empty where there is none of that name. */
    Uni<Optional<VaultSecretsTransitKeyInfo>> key(String name);
}
