package dev.nexus.broker.audit;

import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityResult;
import jakarta.persistence.Id;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** An event of the audit log. {@link Audit} writes it, and nothing changes it. */
@Entity
@Immutable
@Table(name = "audit_event")
@SqlResultSetMapping(
        name = AuditEvent.PAGE,
        entities = @EntityResult(entityClass = AuditEvent.class),
        columns = {
            @ColumnResult(name = "scanned_at", type = OffsetDateTime.class),
            @ColumnResult(name = "scanned_id", type = UUID.class)
        })
class AuditEvent {

    /**
     * The mapping of one row of a page: the event and the position of the last event that was read. The event is null
     * if the page has none. The position is null if the page did not end at the scan budget.
     */
    static final String PAGE = "AuditEvent.page";

    @Id
    private UUID id;

    @Column(columnDefinition = "text")
    private String tenant;

    private OffsetDateTime at;

    @Column(columnDefinition = "text")
    private String action;

    @Column(columnDefinition = "text")
    private String outcome;

    @Column(name = "connection_id")
    private @Nullable UUID connectionId;

    @Column(name = "workspace_id", columnDefinition = "text")
    private @Nullable String workspaceId;

    @Column(name = "provider_id")
    private @Nullable UUID providerId;

    @Column(name = "key_id", columnDefinition = "text")
    private String keyId;

    @Column(name = "request_id", columnDefinition = "text")
    private String requestId;

    @Column(name = "client_address", columnDefinition = "text")
    private @Nullable String clientAddress;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    AuditEvent() {}

    /** With microseconds, the precision of PostgreSQL. */
    OffsetDateTime at() {
        return at;
    }

    UUID id() {
        return id;
    }

    AuditEventView view() {
        return new AuditEventView(
                id, at, action, outcome, connectionId, workspaceId, providerId, keyId, requestId, clientAddress);
    }
}
