package dev.nexus.broker.webhook.delivery;

/** The types of webhook events. The names in the payload are part of the API and must not change. */
public enum EventType {
    CONNECTION_ACTIVATED("connection.activated"),
    CONNECTION_SUPERSEDED("connection.superseded"),
    CONNECTION_REVOKED("connection.revoked"),
    /** The provider rejected the credential. An inconclusive verification sends no event. */
    CONNECTION_VERIFICATION_FAILED("connection.verification_failed");

    private final String wire;

    EventType(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }
}
