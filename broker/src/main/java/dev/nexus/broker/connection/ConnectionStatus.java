package dev.nexus.broker.connection;

import java.util.Locale;
import java.util.Optional;

/** Where a connection is in its life; see docs/ and the checks on the table. */
enum ConnectionStatus {
    PENDING,
    ACTIVE,
    SUPERSEDED,
    REVOKED,
    EXPIRED;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ConnectionStatus> fromWire(String wire) {
        for (ConnectionStatus status : values()) {
            if (status.wire().equals(wire)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
