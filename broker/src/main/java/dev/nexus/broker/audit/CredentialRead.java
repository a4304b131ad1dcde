package dev.nexus.broker.audit;

import dev.nexus.broker.caller.Caller;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * One read of a credential, as the audit keeps it.
 *
 * @param id UUIDv7 of the event
 * @param at when the credential was opened, or failed to
 * @param opened false where the ciphertext did not open
 */
public record CredentialRead(
        UUID id,
        OffsetDateTime at,
        Caller caller,
        UUID connection,
        String workspaceId,
        UUID provider,
        boolean opened) {}
