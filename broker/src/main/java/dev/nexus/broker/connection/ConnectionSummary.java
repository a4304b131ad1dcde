package dev.nexus.broker.connection;

import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityResult;
import jakarta.persistence.Id;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A row of the list: a connection with its current status and its provider, from a view. */
@Entity
@Immutable
@Table(name = "connection_current")
@SqlResultSetMapping(
        name = ConnectionSummary.PAGE,
        entities = @EntityResult(entityClass = ConnectionSummary.class),
        columns = @ColumnResult(name = "scanned_to", type = UUID.class))
class ConnectionSummary {

    /**
     * The mapping of one row of a page: the connection and the id of the last connection that was read. The connection
     * is null if the page has none. The id is null if the page did not end at the scan budget.
     */
    static final String PAGE = "ConnectionSummary.page";

    @Id
    private UUID id;

    @Column(columnDefinition = "text")
    private String tenant;

    @Column(columnDefinition = "text")
    private String status;

    @Column(name = "workspace_id", columnDefinition = "text")
    private String workspaceId;

    @Column(columnDefinition = "text")
    private String label;

    @Column(name = "created_at")
    private OffsetDateTime createdAt;

    @Column(name = "expires_at")
    private OffsetDateTime expiresAt;

    @Column(name = "activated_at")
    private @Nullable OffsetDateTime activatedAt;

    @Column(name = "replaced_by")
    private @Nullable UUID replacedBy;

    @Column(name = "revoked_at")
    private @Nullable OffsetDateTime revokedAt;

    @Column(name = "provider_id")
    private UUID providerId;

    @Column(name = "provider_slug", columnDefinition = "text")
    private String providerSlug;

    @Column(name = "provider_name", columnDefinition = "text")
    private String providerName;

    @Column(columnDefinition = "text")
    private @Nullable String verification;

    @Column(name = "verification_reason", columnDefinition = "text")
    private @Nullable String verificationReason;

    @Column(name = "verified_at")
    private @Nullable OffsetDateTime verifiedAt;

    /** PostgreSQL's internal name of uuid[]. Hibernate's schema validation compares it. */
    @Column(columnDefinition = "_uuid")
    private UUID[] replaces;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    ConnectionSummary() {}

    UUID id() {
        return id;
    }

    ConnectionView view() {
        return new ConnectionView(
                id,
                ConnectionStatus.of(status),
                workspaceId,
                new ConnectionView.Provider(providerId, providerSlug, providerName),
                label,
                createdAt,
                expiresAt,
                activatedAt,
                replacedBy,
                List.of(replaces),
                revokedAt,
                ConnectionView.Verification.of(verification, verificationReason, verifiedAt));
    }
}
