package dev.nexus.broker.cipher;

import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Seals and opens secrets. Asynchronous and over lists, with a result for each item in the order asked: one item's
 * failure never fails another's. The returned Uni itself does not fail. Implementations never block the caller.
 */
public interface CredentialCipher {

    /** Whether {@code cipher}, as it stands in {@link Ciphertext#cipher()}, is of this implementation. */
    boolean knows(String cipher);

    /** Seals each plaintext for its binding with the newest key. */
    Uni<List<SealResult>> seal(List<ToSeal> items);

    /** Opens each ciphertext; fails an item whose binding is not the one that it was sealed for. */
    Uni<List<OpenResult>> open(List<ToOpen> items);

    /**
     * Whether a value bound so and sealed so is what {@link #seal} would make now: by this cipher, this key and its newest
     * version. Asks where the key lies; fails where that cannot be reached.
     */
    Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion);

    /** One plaintext, 0–65,536 bytes, and what to bind it to. */
    record ToSeal(CipherBinding binding, Secret plaintext) {}

    /** One ciphertext and what it should be bound to. */
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

    /** Why an item failed; never which part of it was wrong. */
    enum CipherFailure {
        /** The cipher could not be reached or is sealed; the same call may succeed later. */
        UNAVAILABLE,
        /** The ciphertext does not open under this binding, was made by an unknown key, or is damaged. */
        REFUSED
    }
}
