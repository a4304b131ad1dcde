package dev.nexus.broker.webhook;

import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityResult;
import jakarta.persistence.Id;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The endpoint that receives a tenant's events. Never prints its URL, which can contain a secret of the receiver. */
@Entity
@Table(name = "webhook_endpoint")
@SqlResultSetMapping(
        name = WebhookEndpoint.SHOWN,
        entities = @EntityResult(entityClass = WebhookEndpoint.class),
        columns = {
            @ColumnResult(name = "secret_created_at", type = OffsetDateTime.class),
            @ColumnResult(name = "secret_valid_until", type = OffsetDateTime.class),
            @ColumnResult(name = "pending", type = Long.class),
            @ColumnResult(name = "last_failure", type = String.class)
        })
class WebhookEndpoint {

    /**
     * The name of the mapping for rows of {@link WebhookEndpointRepository#SHOW}: the endpoint, the dates of one secret
     * (null if no secret is valid), and the backlog. {@code secret_valid_until} is also null for the newest secret.
     */
    static final String SHOWN = "WebhookEndpoint.shown";

    @Id
    private UUID id;

    @Column(columnDefinition = "text", updatable = false)
    private String tenant;

    @Column(columnDefinition = "text")
    private String url;

    /**
     * Increased when the URL is set, when the endpoint is disabled, and by each rotation. Revoking only the previous
     * secrets does not increase it. The table requires 1 or more. Hibernate's default would start at 0.
     */
    @Version
    private int edition = 1;

    /** The time at which the receiver responded with 410, or null if the endpoint is enabled. */
    @Column(name = "disabled_at")
    private @Nullable OffsetDateTime disabledAt;

    @Column(name = "created_at", updatable = false)
    private OffsetDateTime createdAt;

    @Column(name = "updated_at")
    private OffsetDateTime updatedAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    WebhookEndpoint() {}

    WebhookEndpoint(UUID id, String tenant, String url) {
        this.id = id;
        this.tenant = tenant;
        this.url = url;
        this.createdAt = now();
        this.updatedAt = createdAt;
    }

    /** Truncated to microseconds, PostgreSQL's precision. */
    private static OffsetDateTime now() {
        return OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }

    /** Sets the URL. Also enables the endpoint if it is disabled. */
    void change(String newUrl) {
        this.url = newUrl;
        this.disabledAt = null;
        touch();
    }

    /** Increases {@code edition} when the session is flushed. Call it for a rotation. */
    void touch() {
        this.updatedAt = now();
    }

    UUID id() {
        return id;
    }

    String tenant() {
        return tenant;
    }

    String url() {
        return url;
    }

    boolean isDisabled() {
        return disabledAt != null;
    }

    OffsetDateTime createdAt() {
        return createdAt;
    }

    OffsetDateTime updatedAt() {
        return updatedAt;
    }

    /** The quoted entity tag of this {@code edition}. */
    String etag() {
        return "\"" + id + "." + edition + "\"";
    }

    @Override
    public String toString() {
        return "WebhookEndpoint[" + id + "]";
    }
}
