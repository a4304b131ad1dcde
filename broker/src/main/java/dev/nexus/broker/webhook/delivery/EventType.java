package dev.nexus.broker.webhook.delivery;

/** What a tenant is told about; the wire form is stable. */
public enum EventType {
    CONNECTION_ACTIVATED("connection.activated"),
    CONNECTION_SUPERSEDED("connection.superseded"),
    CONNECTION_REVOKED("connection.revoked"),
    /** The provider has refused the credential; one that could not be asked has not. */
    CONNECTION_VERIFICATION_FAILED("connection.verification_failed");

    private final String wire;

    EventType(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }
}
