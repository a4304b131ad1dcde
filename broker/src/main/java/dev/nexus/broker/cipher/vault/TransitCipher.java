package dev.nexus.broker.cipher.vault;

import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.nexus.broker.batch.NaturalBatch;
import dev.nexus.broker.cipher.BindingBytes;
import dev.nexus.broker.cipher.CipherBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult.Opened;
import dev.nexus.broker.cipher.CredentialCipher.SealResult.Sealed;
import dev.nexus.broker.cipher.Secret;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Encrypts with Vault's transit engine: AES-256-GCM with a derived key that never leaves Vault. A value's binding is
 * both the context from which Vault derives the key, and the associated data. A ciphertext can therefore be decrypted
 * only with the binding of its row. Concurrent values share calls ({@link NaturalBatch}).
 *
 * <p>A ciphertext is stored as bytes and key version, not in Vault's text form {@code vault:v1:<base64>}. Base64 allows
 * line breaks and has spare bits, so that many texts would decode to the same ciphertext.
 */
final class TransitCipher implements CredentialCipher {

    /** The prefix of the key's name in {@link Ciphertext#cipher()}. */
    static final String PREFIX = "transit:";

    private static final Logger LOG = Logger.getLogger(TransitCipher.class);
    private static final int MAX_WAITING = 1_000;

    /** The maximum number of values in one call. */
    private static final int BATCH_ITEMS = 128;

    private final TransitEngine vault;
    private final TransitKeys keys;
    private final NaturalBatch.Limits limits;
    private final LoadingCache<String, KeyBatches> batches;

    TransitCipher(TransitEngine vault, TransitKeys keys, TransitConfig config) {
        this.vault = vault;
        this.keys = keys;
        this.limits = new NaturalBatch.Limits(config.batchCalls(), BATCH_ITEMS, MAX_WAITING);
        this.batches = TransitKeys.cache().build(this::batchesOf);
    }

    /** The batches of one key. */
    private record KeyBatches(
            NaturalBatch<VaultSecretsTransitEncryptBatchItem, VaultSecretsTransitEncryptResultBatchItem> seals,
            NaturalBatch<VaultSecretsTransitDecryptBatchItem, VaultSecretsTransitDecryptResultBatchItem> opens) {}

    /** Each call also checks the key, so that the checks of one key use no more connections than its batches. */
    private KeyBatches batchesOf(String key) {
        return new KeyBatches(
                new NaturalBatch<>(items -> keys.requireSafe(key).chain(() -> vault.encrypt(key, items)), limits),
                new NaturalBatch<>(items -> keys.requireSafe(key).chain(() -> vault.decrypt(key, items)), limits));
    }

    @Override
    public boolean knows(String cipher) {
        return cipher.startsWith(PREFIX);
    }

    @Override
    public Uni<List<SealResult>> seal(List<ToSeal> items) {
        return mapAll(items, this::seal);
    }

    @Override
    public Uni<List<OpenResult>> open(List<ToOpen> items) {
        return mapAll(items, this::open);
    }

    private static <I, O> Uni<List<O>> mapAll(List<I> items, Function<I, Uni<O>> one) {
        return items.isEmpty()
                ? Uni.createFrom().item(List.of())
                : Uni.join().all(items.stream().map(one).toList()).andFailFast();
    }

    private Uni<SealResult> seal(ToSeal item) {
        String key = keys.keyFor(item.binding());
        byte[] binding = BindingBytes.of(item.binding());
        VaultSecretsTransitEncryptBatchItem request = new VaultSecretsTransitEncryptBatchItem()
                .setPlaintext(item.plaintext().reveal())
                .setContext(binding)
                .setAssociatedData(binding);
        return batches.get(key)
                .seals()
                .submit(item.binding().owner().orElse(""), request)
                .map(answer -> sealed(key, answer))
                .onFailure()
                .recoverWithItem(failure -> {
                    logFailure("seal", failure);
                    return new SealResult.Failed(CipherFailure.UNAVAILABLE);
                });
    }

    private static SealResult sealed(String key, VaultSecretsTransitEncryptResultBatchItem answer) {
        Optional<Ciphertext> ciphertext = Optional.ofNullable(answer.getCiphertext())
                .filter(text -> answer.getError() == null || answer.getError().isEmpty())
                .flatMap(text -> parse(key, text));
        if (ciphertext.isEmpty()) {
            LOG.error("Vault returned no ciphertext for a value");
            return new SealResult.Failed(CipherFailure.UNAVAILABLE);
        }
        return new Sealed(ciphertext.get());
    }

    /** Converts Vault's text form to bytes and version. Empty if the text has another form. */
    private static Optional<Ciphertext> parse(String key, String text) {
        List<String> parts = List.of(text.split(":", 3));
        if (parts.size() != 3 || !parts.get(0).equals("vault") || !parts.get(1).matches("v[1-9][0-9]{0,8}")) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(parts.get(2));
            return Optional.of(
                    new Ciphertext(PREFIX + key, Integer.parseInt(parts.get(1).substring(1)), Buffer.buffer(bytes)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private Uni<OpenResult> open(ToOpen item) {
        Ciphertext ciphertext = item.ciphertext();
        Optional<String> key = Optional.of(ciphertext.cipher())
                .filter(this::knows)
                .map(cipher -> cipher.substring(PREFIX.length()))
                .filter(name -> keys.mayOpen(name, item.binding()));
        if (key.isEmpty()) {
            return Uni.createFrom().item(new OpenResult.Failed(CipherFailure.REFUSED));
        }
        byte[] binding = BindingBytes.of(item.binding());
        String text = "vault:v" + ciphertext.keyVersion() + ":"
                + Base64.getEncoder().encodeToString(ciphertext.bytes().getBytes());
        VaultSecretsTransitDecryptBatchItem request = new VaultSecretsTransitDecryptBatchItem()
                .setCiphertext(text)
                .setContext(binding)
                .setAssociatedData(binding);
        return batches.get(key.get())
                .opens()
                .submit(item.binding().owner().orElse(""), request)
                .map(TransitCipher::opened)
                .onFailure()
                .recoverWithItem(failure -> {
                    logFailure("open", failure);
                    return new OpenResult.Failed(CipherFailure.UNAVAILABLE);
                });
    }

    private static OpenResult opened(VaultSecretsTransitDecryptResultBatchItem answer) {
        String error = answer.getError();
        if (error != null && !error.isEmpty()) {
            return new OpenResult.Failed(CipherFailure.REFUSED);
        }
        byte[] plaintext = answer.getPlaintext();
        if (plaintext == null) {
            // Vault returns an empty plaintext as an empty text, so a missing plaintext is an error.
            LOG.error("Vault returned neither a plaintext nor an error for a value");
            return new OpenResult.Failed(CipherFailure.UNAVAILABLE);
        }
        return new Opened(Secret.of(plaintext));
    }

    private static void logFailure(String operation, Throwable failure) {
        // A warning for each value would flood the log during an outage. VaultCalls logs the failed call.
        LOG.debugf(
                "A value failed: operation=%s cause=%s",
                operation, failure.getClass().getSimpleName());
    }

    @Override
    public Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion) {
        String key = keys.keyFor(binding);
        if (!cipher.equals(PREFIX + key)) {
            return Uni.createFrom().item(false);
        }
        return vault.key(key)
                .map(found -> found.map(VaultSecretsTransitKeyInfo::getLatestVersion)
                        .filter(latest -> latest == keyVersion)
                        .isPresent());
    }
}
