package dev.nexus.broker.audit;

import dev.nexus.broker.caller.Caller;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * One read of a credential, for the audit log.
 *
 * @param id UUIDv7 of the event
 * @param at the time at which the decryption ended
 * @param opened false if the ciphertext is missing or could not be decrypted
 */
public record CredentialRead(
        UUID id,
        OffsetDateTime at,
        Caller caller,
        UUID connection,
        String workspaceId,
        UUID provider,
        boolean opened) {}
