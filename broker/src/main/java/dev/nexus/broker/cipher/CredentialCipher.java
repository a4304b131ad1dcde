package dev.nexus.broker.cipher;

import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Encrypts (seals) and decrypts (opens) secrets, each bound to its row. {@link #seal} and {@link #open} return one
 * result for each item, in the order of the items. A failed item does not affect the other items, and the returned Uni
 * does not fail. Implementations never block the caller.
 */
public interface CredentialCipher {

    /** Returns true if {@code cipher}, a value of {@link Ciphertext#cipher()}, names this implementation. */
    boolean knows(String cipher);

    /** Encrypts each plaintext for its binding with the newest key. */
    Uni<List<SealResult>> seal(List<ToSeal> items);

    /** Decrypts each ciphertext. Fails an item if its binding differs from the binding of its encryption. */
    Uni<List<OpenResult>> open(List<ToOpen> items);

    /**
     * Returns true if {@link #seal} would now use the same cipher, key and key version for this binding. Reads the
     * newest version from Vault or from the keyset file. Fails if Vault gives no usable answer.
     */
    Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion);

    /** One plaintext, 0–65,536 bytes, and its binding. */
    record ToSeal(CipherBinding binding, Secret plaintext) {}

    /** One ciphertext and its expected binding. */
    record ToOpen(CipherBinding binding, Ciphertext ciphertext) {}

    /** The outcome of one {@link ToSeal}. */
    sealed interface SealResult {
        record Sealed(Ciphertext ciphertext) implements SealResult {}

        record Failed(CipherFailure failure) implements SealResult {}
    }

    /** The outcome of one {@link ToOpen}. */
    sealed interface OpenResult {
        record Opened(Secret plaintext) implements OpenResult {}

        record Failed(CipherFailure failure) implements OpenResult {}
    }

    /** The reason for a failure. It never shows which part was wrong. */
    enum CipherFailure {
        /** The cipher does not work at the moment, for example because Vault is sealed. A retry may succeed. */
        UNAVAILABLE,
        /** The ciphertext is damaged, has another binding, or belongs to an unknown key or cipher. */
        REFUSED
    }
}
