package dev.nexus.broker.webhook;

import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.webhook.SigningSecrets.NewSecret;
import io.vertx.core.buffer.Buffer;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** An encrypted signing secret of an endpoint. Immutable for Hibernate: only SQL statements change it. */
@Entity
@Immutable
@Table(name = "webhook_secret")
class WebhookSecret {

    @Id
    private UUID id;

    @Column(name = "endpoint_id")
    private UUID endpointId;

    @Column(columnDefinition = "text")
    private String tenant;

    @Column(columnDefinition = "text")
    private String cipher;

    @Column(name = "key_version")
    private int keyVersion;

    private byte[] sealed;

    /** The time of PostgreSQL's clock, so that the secrets of all replicas have one order. */
    @Column(name = "created_at", insertable = false)
    private OffsetDateTime createdAt;

    /** Null for the newest secret. */
    @Column(name = "valid_until")
    private @Nullable OffsetDateTime validUntil;

    /** The Idempotency-Key of the rotation that created the secret, or null. */
    @Column(name = "idempotency_key", columnDefinition = "text")
    private @Nullable String idempotencyKey;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    WebhookSecret() {}

    @SuppressWarnings("NullAway.Init") // PostgreSQL sets createdAt.
    WebhookSecret(WebhookEndpoint endpoint, NewSecret made, @Nullable String idempotencyKey) {
        this.id = made.id();
        this.endpointId = endpoint.id();
        this.tenant = endpoint.tenant();
        this.cipher = made.sealed().cipher();
        this.keyVersion = made.sealed().keyVersion();
        this.sealed = made.sealed().bytes().getBytes();
        this.idempotencyKey = idempotencyKey;
    }

    SealedSecret stored() {
        return new SealedSecret(
                id,
                new Ciphertext(cipher, keyVersion, Buffer.buffer(sealed)),
                createdAt,
                Optional.ofNullable(validUntil));
    }
}
