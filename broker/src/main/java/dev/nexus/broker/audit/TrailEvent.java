package dev.nexus.broker.audit;

import dev.nexus.broker.audit.LifeCycle.Step;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/**
 * An event in the audit trail of a connection.
 *
 * @param step the kind of the event; empty for an action of a later version
 */
record TrailEvent(UUID id, UUID connection, OffsetDateTime at, String action, Optional<Step> step) {

    /**
     * Returns the kind of an event of a connection; empty for other actions.
     *
     * @param byErasure whether the command erase-tenant has written the event
     */
    static Optional<Step> step(AuditAction action, boolean success, boolean byErasure) {
        return Optional.ofNullable(
                switch (action) {
                    case CONNECTION_REQUESTED -> Step.REQUESTED;
                    case CONNECTION_ACTIVATED -> Step.ACTIVATED;
                    case CONNECTION_SUPERSEDED -> Step.SUPERSEDED;
                    case CONNECTION_REVOKED -> Step.REVOKED;
                    case CONNECTION_EXPIRED -> Step.EXPIRED;
                    case CREDENTIAL_DESTROYED -> byErasure ? Step.ERASED : Step.DESTROYED;
                    case CREDENTIAL_READ -> success ? Step.READ : Step.READ_FAILED;
                    case CONNECTION_VERIFIED -> success ? Step.VERIFIED : Step.REJECTED;
                    case WEBHOOK_DELIVERED, WEBHOOK_FAILED -> Step.DELIVERY_ENDED;
                    case PROVIDER_CHANGED,
                            PROVIDER_DELETED,
                            WEBHOOK_CHANGED,
                            WEBHOOK_DELETED,
                            WEBHOOK_DISABLED,
                            WEBHOOK_SECRET_ROTATED,
                            TENANT_ERASED -> null;
                });
    }
}
