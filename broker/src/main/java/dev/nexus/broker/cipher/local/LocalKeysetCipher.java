package dev.nexus.broker.cipher.local;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import dev.nexus.broker.cipher.BindingBytes;
import dev.nexus.broker.cipher.CipherBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult.Opened;
import dev.nexus.broker.cipher.CredentialCipher.SealResult.Sealed;
import dev.nexus.broker.cipher.Secret;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Encrypts with AES-256-GCM (Tink AEAD) and a keyset in a file. This cipher is the default. It is unsafe for
 * production, because the key is stored next to the data. Reloads the file if a ciphertext has an unknown key, and when
 * the re-seal job looks for values of older keys. Reloads it at most once per second.
 */
final class LocalKeysetCipher implements CredentialCipher {

    static final String NAME = "local";

    private static final Logger LOG = Logger.getLogger(LocalKeysetCipher.class);
    private static final Duration MIN_RELOAD_INTERVAL = Duration.ofSeconds(1);

    private final KeysetFile file;
    private volatile Keys keys;
    private Instant reloadedAt = Instant.EPOCH;

    LocalKeysetCipher(KeysetFile file) throws GeneralSecurityException, IOException {
        this.file = file;
        this.keys = Keys.of(file.readOrCreate());
    }

    private record Keys(KeysetHandle handle, Aead aead, int newest) {

        static Keys of(KeysetHandle handle) throws GeneralSecurityException {
            return new Keys(
                    handle,
                    handle.getPrimitive(RegistryConfiguration.get(), Aead.class),
                    handle.getPrimary().getId());
        }

        boolean has(int version) {
            for (int i = 0; i < handle.size(); i++) {
                if (handle.getAt(i).getId() == version) {
                    return true;
                }
            }
            return false;
        }
    }

    @Override
    public boolean knows(String cipher) {
        return cipher.equals(NAME);
    }

    @Override
    public Uni<List<SealResult>> seal(List<ToSeal> items) {
        return Uni.createFrom().item(() -> items.stream().map(this::seal).toList());
    }

    private SealResult seal(ToSeal item) {
        Keys current = keys;
        try {
            byte[] bytes = current.aead().encrypt(item.plaintext().reveal(), BindingBytes.of(item.binding()));
            return new Sealed(new Ciphertext(NAME, current.newest(), Buffer.buffer(bytes)));
        } catch (GeneralSecurityException failure) {
            LOG.errorf(
                    "Encryption with the local keyset failed: cause=%s",
                    failure.getClass().getName());
            return new SealResult.Failed(CipherFailure.UNAVAILABLE);
        }
    }

    @Override
    public Uni<List<OpenResult>> open(List<ToOpen> items) {
        return Uni.createFrom().deferred(() -> {
            return items.stream().allMatch(item -> keys.has(item.ciphertext().keyVersion()))
                    ? Uni.createFrom().item(openAll(items))
                    : Uni.createFrom()
                            .item(() -> reloadAndOpen(items))
                            .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
        });
    }

    private List<OpenResult> openAll(List<ToOpen> items) {
        return items.stream().map(this::open).toList();
    }

    private OpenResult open(ToOpen item) {
        if (!item.ciphertext().cipher().equals(NAME)) {
            return new OpenResult.Failed(CipherFailure.REFUSED);
        }
        try {
            byte[] bytes = item.ciphertext().bytes().getBytes();
            return new Opened(Secret.of(keys.aead().decrypt(bytes, BindingBytes.of(item.binding()))));
        } catch (GeneralSecurityException failure) {
            return new OpenResult.Failed(CipherFailure.REFUSED);
        }
    }

    /** Reloads the file first, so that a running Broker uses a rotated key. */
    @Override
    public Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion) {
        return Uni.createFrom()
                .item(() -> {
                    reload();
                    return cipher.equals(NAME) && keyVersion == keys.newest();
                })
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    /** Serialized, so that a caller that waits for a reload finds the new keys. */
    private synchronized List<OpenResult> reloadAndOpen(List<ToOpen> items) {
        boolean unknownKey =
                items.stream().anyMatch(item -> !keys.has(item.ciphertext().keyVersion()));
        if (unknownKey) {
            reload();
        }
        return openAll(items);
    }

    private synchronized void reload() {
        if (reloadedAt.isBefore(Instant.now().minus(MIN_RELOAD_INTERVAL))) {
            reloadedAt = Instant.now();
            try {
                keys = Keys.of(file.read());
            } catch (GeneralSecurityException | IOException failure) {
                LOG.errorf(
                        "The keyset file could not be reloaded: cause=%s",
                        failure.getClass().getName());
            }
        }
    }
}
