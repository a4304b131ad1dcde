package dev.nexus.broker.webhook;

import dev.nexus.broker.cipher.Ciphertext;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/**
 * A signing secret as it lies in the database.
 *
 * @param validUntil empty for the newest
 */
public record SealedSecret(UUID id, Ciphertext sealed, OffsetDateTime createdAt, Optional<OffsetDateTime> validUntil) {}
