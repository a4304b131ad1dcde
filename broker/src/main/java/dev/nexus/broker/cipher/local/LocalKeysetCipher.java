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
 * Seals with AES-256-GCM under a keyset in a file (Tink AEAD). The embedded default; unsafe for production, since the
 * key lies beside the data. A ciphertext of a key that the file has got since makes it read the file again, at most once
 * a second.
 */
final class LocalKeysetCipher implements CredentialCipher {

    static final String NAME = "local";

    private static final Logger LOG = Logger.getLogger(LocalKeysetCipher.class);
    private static final Duration REREAD_AT_MOST_EVERY = Duration.ofSeconds(1);

    private final KeysetFile file;
    private volatile Keys keys;
    private Instant readAt = Instant.EPOCH;

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
            LOG.errorf("Sealing failed: %s", failure.getClass().getName());
            return new SealResult.Failed(CipherFailure.UNAVAILABLE);
        }
    }

    @Override
    public Uni<List<OpenResult>> open(List<ToOpen> items) {
        return Uni.createFrom().deferred(() -> {
            return items.stream().allMatch(item -> keys.has(item.ciphertext().keyVersion()))
                    ? Uni.createFrom().item(openAll(items))
                    : Uni.createFrom()
                            .item(() -> rereadAndOpen(items))
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
        } catch (GeneralSecurityException refused) {
            return new OpenResult.Failed(CipherFailure.REFUSED);
        }
    }

    /** Reads the file, so that a running Broker follows a rotation. */
    @Override
    public Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion) {
        return Uni.createFrom()
                .item(() -> {
                    reread();
                    return cipher.equals(NAME) && keyVersion == keys.newest();
                })
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    /** One at a time: who waits for another's reading finds the keys there. */
    private synchronized List<OpenResult> rereadAndOpen(List<ToOpen> items) {
        boolean strange =
                items.stream().anyMatch(item -> !keys.has(item.ciphertext().keyVersion()));
        if (strange) {
            reread();
        }
        return openAll(items);
    }

    private synchronized void reread() {
        if (readAt.isBefore(Instant.now().minus(REREAD_AT_MOST_EVERY))) {
            readAt = Instant.now();
            try {
                keys = Keys.of(file.read());
            } catch (GeneralSecurityException | IOException failure) {
                LOG.errorf(
                        "The keyset file could not be read again: %s",
                        failure.getClass().getName());
            }
        }
    }
}
