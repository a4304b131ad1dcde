package dev.nexus.broker.connection;

import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.verification.VerifyCredential.VerificationPlan;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one statement finds for a token read.
 *
 * @param allowedHosts a JSON array's text, or null where the provider names none
 * @param plan how the provider is asked about the credential
 * @param ciphertext null where there is nothing that may be served (never captured, destroyed, or past its grace)
 */
record StoredCredential(
        UUID connection,
        ConnectionStatus status,
        String workspaceId,
        UUID provider,
        @Nullable UUID replacedBy,
        VerificationPlan plan,
        @Nullable String allowedHosts,
        @Nullable Ciphertext ciphertext) {}
