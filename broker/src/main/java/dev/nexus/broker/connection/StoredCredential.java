package dev.nexus.broker.connection;

import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.provider.definition.StoredVersion;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The stored credential of a connection.
 *
 * @param status the current status
 * @param version the version that the provider had when the connection was requested
 * @param ciphertext null if the connection serves no credential: it is pending, expired, revoked or past its grace
 *     period, or the ciphertext is lost
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
