package dev.nexus.broker.cipher.vault;

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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Seals with Vault's transit engine: AES-256-GCM under a derived key that never leaves Vault. A value's binding is both the
 * context, from which its key is derived, and the associated data, so that a ciphertext opens for its own row alone. Those
 * who wait share calls ({@link NaturalBatch}); one value's failure fails nobody else's.
 *
 * <p>A ciphertext is kept as its bytes and its key version, without Vault's text form {@code vault:v1:<base64>}: base64 has
 * spare bits and lets line breaks pass, bytes have one form.
 */
final class TransitCipher implements CredentialCipher {

    /** Before the key's name, in {@link Ciphertext#cipher()}. */
    static final String PREFIX = "transit:";

    private static final Logger LOG = Logger.getLogger(TransitCipher.class);
    private static final int MAX_WAITING = 1_000;

    /** Values that share one call. */
    private static final int BATCH_ITEMS = 128;

    private final TransitEngine vault;
    private final TransitKeys keys;
    private final NaturalBatch.Limits limits;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();

    TransitCipher(TransitEngine vault, TransitKeys keys, TransitConfig config) {
        this.vault = vault;
        this.keys = keys;
        this.limits = new NaturalBatch.Limits(config.batchCalls(), BATCH_ITEMS, MAX_WAITING);
    }

    /** The shared calls of one key. */
    private record Lane(
            NaturalBatch<VaultSecretsTransitEncryptBatchItem, VaultSecretsTransitEncryptResultBatchItem> seals,
            NaturalBatch<VaultSecretsTransitDecryptBatchItem, VaultSecretsTransitDecryptResultBatchItem> opens) {}

    private Lane lane(String key) {
        return lanes.computeIfAbsent(
                key,
                name -> new Lane(
                        new NaturalBatch<>(items -> vault.encrypt(name, items), limits),
                        new NaturalBatch<>(items -> vault.decrypt(name, items), limits)));
    }

    @Override
    public boolean knows(String cipher) {
        return cipher.startsWith(PREFIX);
    }

    @Override
    public Uni<List<SealResult>> seal(List<ToSeal> items) {
        return each(items, this::seal);
    }

    @Override
    public Uni<List<OpenResult>> open(List<ToOpen> items) {
        return each(items, this::open);
    }

    private static <I, O> Uni<List<O>> each(List<I> items, Function<I, Uni<O>> one) {
        return items.isEmpty()
                ? Uni.createFrom().item(List.of())
                : Uni.join().all(items.stream().map(one).toList()).andFailFast();
    }

    private Uni<SealResult> seal(ToSeal item) {
        String key = keys.sealing(item.binding());
        byte[] binding = BindingBytes.of(item.binding());
        VaultSecretsTransitEncryptBatchItem asked = new VaultSecretsTransitEncryptBatchItem()
                .setPlaintext(item.plaintext().reveal())
                .setContext(binding)
                .setAssociatedData(binding);
        return keys.checked(key)
                .chain(() -> lane(key).seals().submit(asked))
                .map(answer -> sealed(key, answer))
                .onFailure()
                .recoverWithItem(failure -> {
                    noted("seal", failure);
                    return new SealResult.Failed(CipherFailure.UNAVAILABLE);
                });
    }

    private static SealResult sealed(String key, VaultSecretsTransitEncryptResultBatchItem answer) {
        Optional<Ciphertext> ciphertext = Optional.ofNullable(answer.getCiphertext())
                .filter(text -> answer.getError() == null || answer.getError().isEmpty())
                .flatMap(text -> parse(key, text));
        if (ciphertext.isEmpty()) {
            LOG.error("Vault did not seal a value");
            return new SealResult.Failed(CipherFailure.UNAVAILABLE);
        }
        return new Sealed(ciphertext.get());
    }

    /** Vault's text form, as bytes and version. */
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
                .filter(name -> keys.opens(name, item.binding()));
        if (key.isEmpty()) {
            return Uni.createFrom().item(new OpenResult.Failed(CipherFailure.REFUSED));
        }
        byte[] binding = BindingBytes.of(item.binding());
        String text = "vault:v" + ciphertext.keyVersion() + ":"
                + Base64.getEncoder().encodeToString(ciphertext.bytes().getBytes());
        VaultSecretsTransitDecryptBatchItem asked = new VaultSecretsTransitDecryptBatchItem()
                .setCiphertext(text)
                .setContext(binding)
                .setAssociatedData(binding);
        return keys.checked(key.get())
                .chain(() -> lane(key.get()).opens().submit(asked))
                .map(TransitCipher::opened)
                .onFailure()
                .recoverWithItem(failure -> {
                    noted("open", failure);
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
            // An empty plaintext comes as an empty text; nothing at all is no answer.
            LOG.error("Vault answered neither a plaintext nor an error");
            return new OpenResult.Failed(CipherFailure.UNAVAILABLE);
        }
        return new Opened(Secret.of(plaintext));
    }

    private static void noted(String verb, Throwable failure) {
        // One line for each value would drown the log of an outage; VaultCalls says it once.
        LOG.debugf("A value could not be %sed: %s", verb, failure.getClass().getSimpleName());
    }

    @Override
    public Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion) {
        String key = keys.sealing(binding);
        if (!cipher.equals(PREFIX + key)) {
            return Uni.createFrom().item(false);
        }
        return vault.key(key)
                .map(found -> found.map(VaultSecretsTransitKeyInfo::getLatestVersion)
                        .filter(latest -> latest == keyVersion)
                        .isPresent());
    }
}
