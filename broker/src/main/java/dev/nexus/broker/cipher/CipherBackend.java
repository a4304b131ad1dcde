package dev.nexus.broker.cipher;

import dev.nexus.broker.cipher.CipherConfig.Kind;

/** An implementation of {@link CredentialCipher} that {@code nexus.cipher.kind} can choose. */
public interface CipherBackend {

    Kind kind();

    /**
     * Opens the cipher. Called once, at the start. May block.
     *
     * @throws IllegalStateException if a setting is missing or unsafe. The message names the setting and the fix
     */
    CredentialCipher open();

    /** Returns true if calls currently fail immediately, because the key's server does not answer. */
    default boolean isDegraded() {
        return false;
    }
}
