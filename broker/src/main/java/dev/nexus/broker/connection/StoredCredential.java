package dev.nexus.broker.connection;

import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.provider.definition.StoredVersion;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The stored credential of a connection, for a token read.
 *
 * @param version the provider's version that the connection began with
 * @param ciphertext null if the connection serves no credential: never captured, destroyed, or past its grace period
 */
record StoredCredential(
        UUID connection,
        ConnectionStatus status,
        String workspaceId,
        StoredVersion version,
        @Nullable UUID replacedBy,
        @Nullable Ciphertext ciphertext) {

    UUID provider() {
        return version.provider();
    }
}
