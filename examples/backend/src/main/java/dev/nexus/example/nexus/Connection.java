package dev.nexus.example.nexus;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection, as check-connection and the list return it.
 *
 * @param status pending, active, expired, superseded or revoked
 * @param replacedBy the connection that superseded this one
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Connection(
        String connectionId,
        String status,
        String workspaceId,
        Provider provider,
        @Nullable String label,
        Instant createdAt,
        @Nullable Instant activatedAt,
        @Nullable Instant revokedAt,
        @Nullable String replacedBy,
        @Nullable Verification verification) {

    public Connection {
        Objects.requireNonNull(connectionId);
        Objects.requireNonNull(status);
        Objects.requireNonNull(workspaceId);
        Objects.requireNonNull(provider);
        Objects.requireNonNull(createdAt);
    }

    public boolean isActive() {
        return status.equals("active");
    }

    public boolean isPending() {
        return status.equals("pending");
    }

    /**
     * The result of the verification at the provider.
     *
     * @param status verified, unverified or not_supported
     * @param reason why the credential is unverified, for example rejected; null for another status
     */
    public record Verification(String status, @Nullable String reason) {
        public boolean isRejected() {
            return "rejected".equals(reason);
        }
    }
}
