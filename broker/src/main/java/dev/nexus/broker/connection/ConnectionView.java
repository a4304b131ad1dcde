package dev.nexus.broker.connection;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.nexus.broker.http.Timestamps;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The JSON of a connection. It contains no secret. Absent and empty values are omitted. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ConnectionView(
        @JsonProperty("connection_id") UUID id,
        @JsonProperty("status") ConnectionStatus status,
        @JsonProperty("workspace_id") String workspaceId,
        @JsonProperty("provider") Provider provider,
        @JsonProperty("label") String label,

        @JsonProperty("created_at") @JsonSerialize(using = Timestamps.class)
        OffsetDateTime createdAt,

        @JsonProperty("expires_at") @JsonSerialize(using = Timestamps.class) @Nullable
        OffsetDateTime expiresAt,

        @JsonProperty("activated_at") @JsonSerialize(using = Timestamps.class) @Nullable
        OffsetDateTime activatedAt,

        @JsonProperty("replaced_by") @Nullable UUID replacedBy,
        @JsonProperty("replaces") List<UUID> replaces,

        @JsonProperty("revoked_at") @JsonSerialize(using = Timestamps.class) @Nullable
        OffsetDateTime revokedAt,

        @JsonProperty("verification") @Nullable Verification verification) {

    /** Omits the members that do not apply to the status, such as the expiry of a connection that is not pending. */
    public ConnectionView {
        expiresAt = status == ConnectionStatus.PENDING ? expiresAt : null;
        revokedAt = status == ConnectionStatus.REVOKED ? revokedAt : null;
        verification = activatedAt == null ? null : verification;
    }

    public record Provider(
            @JsonProperty("id") UUID id,
            @JsonProperty("slug") String slug,
            @JsonProperty("name") String name) {}

    /**
     * The result of the last verification at the provider.
     *
     * @param status verified, unverified, or not_supported if the provider has no probe
     * @param reason the reason for unverified: rejected, or a reason why the validity is unknown; otherwise null
     * @param checkedAt the time of this result; null if the status is not_supported
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Verification(
            @JsonProperty("status") String status,
            @JsonProperty("reason") @Nullable String reason,

            @JsonProperty("checked_at") @JsonSerialize(using = Timestamps.class) @Nullable
            OffsetDateTime checkedAt) {

        static Verification of(@Nullable String status, @Nullable String reason, @Nullable OffsetDateTime checkedAt) {
            return new Verification(status == null ? "not_supported" : status, reason, checkedAt);
        }
    }

    /** A page of connections, newest first. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page(
            @JsonProperty("connections") List<ConnectionView> connections,
            @JsonProperty("next_cursor") @Nullable String nextCursor) {}
}
