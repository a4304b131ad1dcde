package dev.nexus.broker.cipher;

import dev.nexus.broker.cipher.CipherConfig.Kind;

/** An implementation of {@link CredentialCipher} that {@code nexus.cipher.kind} can choose. */
public interface CipherBackend {

    Kind kind();

    /**
     * Opens the cipher. Called at most once, at startup. May block.
     *
     * @throws IllegalStateException if a setting is missing or unsafe, or if the key is unsafe. The message names the
     *     setting and the fix
     */
    CredentialCipher open();

    /** Returns true if the server that has the keys has answered since the start, or if this cipher has no server. */
    default boolean isReached() {
        return true;
    }

    /** Returns true if most calls currently fail immediately, because the server that has the keys fails. */
    default boolean isDegraded() {
        return false;
    }
}
