package dev.nexus.broker.connection;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The status of a connection. The stored status can be older than the current one. The SQL function
 * {@code connection_status} computes the current status. For a current status, {@link #storedAs} returns the possible
 * stored statuses.
 */
public enum ConnectionStatus {
    /** Has no credential yet. Expires at its expiry time, unless it is revoked or its provider is deleted earlier. */
    PENDING,
    ACTIVE,
    /** Serves its credential until the end of the grace period, and names the connection that replaced it. */
    SUPERSEDED,
    /** Revoked by a caller, or because its provider was deleted. */
    REVOKED,
    EXPIRED;

    /**
     * The stored statuses of connections that have not ended. The deletion of the provider revokes such a connection.
     * Exception: a pending connection can already be expired.
     */
    static final Set<ConnectionStatus> NOT_ENDED = EnumSet.of(PENDING, ACTIVE, SUPERSEDED);

    /** The possible stored statuses of a connection with this current status, if its provider is not deleted. */
    Set<ConnectionStatus> storedAs() {
        return this == EXPIRED ? EnumSet.of(EXPIRED, PENDING) : EnumSet.of(this);
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return wire();
    }

    public static Optional<ConnectionStatus> fromWire(String wire) {
        for (ConnectionStatus status : values()) {
            if (status.wire().equals(wire)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the status with the stored name.
     *
     * @throws IllegalArgumentException if no status has this name. A check constraint of the table prevents this
     */
    public static ConnectionStatus of(String column) {
        return fromWire(column)
                .orElseThrow(() -> new IllegalArgumentException("connection.status has an unknown value"));
    }
}
