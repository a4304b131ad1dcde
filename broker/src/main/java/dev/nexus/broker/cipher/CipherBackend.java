package dev.nexus.broker.cipher;

import dev.nexus.broker.cipher.CipherConfig.Kind;

/** An implementation of {@link CredentialCipher} that {@code nexus.cipher.kind} can choose. */
public interface CipherBackend {

    Kind kind();

    /**
     * Opens the cipher. Called once, at the start, and may block.
     *
     * @throws IllegalStateException if a setting is missing or unsafe; the message names it and what to do
     */
    CredentialCipher open();

    /** Whether calls currently fail without being made, because the key's server does not answer. */
    default boolean isDegraded() {
        return false;
    }
}
