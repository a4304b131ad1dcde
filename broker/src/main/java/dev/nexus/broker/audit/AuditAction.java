package dev.nexus.broker.audit;

import java.util.Optional;

/**
 * The action of an audit event. The wire names are part of the API and never change. Other source files use the
 * constants, not the wire names.
 */
public enum AuditAction {
    CONNECTION_REQUESTED("connection.requested"),
    CONNECTION_ACTIVATED("connection.activated"),
    CONNECTION_SUPERSEDED("connection.superseded"),
    CONNECTION_REVOKED("connection.revoked"),
    CONNECTION_EXPIRED("connection.expired"),
    CREDENTIAL_READ("credential.read"),
    CREDENTIAL_DESTROYED("credential.destroyed"),
    CONNECTION_VERIFIED("connection.verified"),
    PROVIDER_CHANGED("provider.changed"),
    PROVIDER_DELETED("provider.deleted"),
    WEBHOOK_CHANGED("webhook.changed"),
    WEBHOOK_DELETED("webhook.deleted"),
    WEBHOOK_DISABLED("webhook.disabled"),
    WEBHOOK_SECRET_ROTATED("webhook.secret_rotated"),
    WEBHOOK_DELIVERED("webhook.delivered"),
    WEBHOOK_FAILED("webhook.failed"),
    TENANT_ERASED("tenant.erased");

    private final String wire;

    AuditAction(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<AuditAction> fromWire(String wire) {
        for (AuditAction action : values()) {
            if (action.wire.equals(wire)) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }
}
