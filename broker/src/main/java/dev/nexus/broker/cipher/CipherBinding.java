package dev.nexus.broker.cipher;

import java.util.UUID;

/**
 * What a ciphertext belongs to. It is bound as associated data, encoded with lengths and a purpose tag, so that a
 * ciphertext moved to another row does not open.
 */
public sealed interface CipherBinding {

    /** A captured credential of one connection. */
    record CredentialBinding(String tenant, UUID connection, UUID provider) implements CipherBinding {}

    /** A state-token signing key. */
    record StateKeyBinding(String kid) implements CipherBinding {}
}
