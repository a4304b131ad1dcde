package dev.nexus.broker.cipher.local;

import dev.nexus.broker.cipher.CipherBinding;
import dev.nexus.broker.cipher.CipherMeters;
import dev.nexus.broker.cipher.CredentialCipher;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Measures a cipher that needs no server. For Vault, {@code VaultCalls} measures instead, because several callers share
 * a call.
 */
final class MeasuredCipher implements CredentialCipher {

    private final CredentialCipher cipher;
    private final CipherMeters meters;

    MeasuredCipher(CredentialCipher cipher, CipherMeters meters) {
        this.cipher = cipher;
        this.meters = meters;
    }

    @Override
    public boolean knows(String name) {
        return cipher.knows(name);
    }

    @Override
    public Uni<List<SealResult>> seal(List<ToSeal> items) {
        return meters.seal(items.size(), cipher.seal(items));
    }

    @Override
    public Uni<List<OpenResult>> open(List<ToOpen> items) {
        return meters.open(items.size(), cipher.open(items));
    }

    @Override
    public Uni<Boolean> isNewest(CipherBinding binding, String name, int keyVersion) {
        return cipher.isNewest(binding, name, keyVersion);
    }
}
