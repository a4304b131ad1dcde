package dev.nexus.broker.connection;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a connection is in its life. The stored status can be behind the current one: the SQL function {@code
 * connection_status} computes the current one, and {@link #storedAs} names the rows that can have it.
 */
public enum ConnectionStatus {
    /** Waits for its credential. Expires on time, unless its provider is deleted before. */
    PENDING,
    ACTIVE,
    /** Serves its credential through the grace period, and names the connection that replaced it. */
    SUPERSEDED,
    /** By a caller, or with its provider. */
    REVOKED,
    EXPIRED;

    /** The stored statuses of connections that have not ended; the deletion of their provider revokes them. */
    static final Set<ConnectionStatus> NOT_ENDED = EnumSet.of(PENDING, ACTIVE, SUPERSEDED);

    /** The stored status of connections whose current status is this, if their provider is not deleted. */
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
     * The status that a row has.
     *
     * @throws IllegalArgumentException if it is none; a check of the table rules that out
     */
    public static ConnectionStatus of(String column) {
        return fromWire(column)
                .orElseThrow(() -> new IllegalArgumentException("connection.status has a value that is no status"));
    }
}
