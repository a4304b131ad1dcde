package dev.nexus.broker.connection;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The status of a connection. The stored status can be older than the current one. The SQL function
 * {@code connection_status} computes the current status, and {@link #storedAs} returns the stored statuses of rows that
 * can have it.
 */
public enum ConnectionStatus {
    /** Has no credential yet. Expires at its expiry time, unless its provider is deleted before. */
    PENDING,
    ACTIVE,
    /** Serves its credential through the grace period, and names the connection that replaced it. */
    SUPERSEDED,
    /** Revoked by a caller, or because its provider was deleted. */
    REVOKED,
    EXPIRED;

    /** The stored statuses of connections that have not ended. Deleting their provider revokes them. */
    static final Set<ConnectionStatus> NOT_ENDED = EnumSet.of(PENDING, ACTIVE, SUPERSEDED);

    /** The stored status of connections with this current status, if their provider is not deleted. */
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
     * The status with the stored name.
     *
     * @throws IllegalArgumentException if no status has this name, which a check constraint of the table prevents
     */
    public static ConnectionStatus of(String column) {
        return fromWire(column)
                .orElseThrow(() -> new IllegalArgumentException("connection.status has a value that is no status"));
    }
}
