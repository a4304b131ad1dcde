package dev.nexus.broker.webhook;

import dev.nexus.broker.cipher.Ciphertext;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/**
 * A stored signing secret, encrypted.
 *
 * @param validUntil empty for the newest secret
 */
public record SealedSecret(UUID id, Ciphertext sealed, OffsetDateTime createdAt, Optional<OffsetDateTime> validUntil) {}
