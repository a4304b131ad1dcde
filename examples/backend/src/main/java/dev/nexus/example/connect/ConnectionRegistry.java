package dev.nexus.example.connect;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The confirmed connections. The application uses only these. The callback confirms a connection in the session that
 * started it. An active connection that is not confirmed may have the credential of another person who received the
 * link, see README.md. This registry is in memory. A real application stores the id of the connection with the user in
 * its database.
 */
@ApplicationScoped
public class ConnectionRegistry {

    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

    void confirm(String connectionId) {
        confirmed.add(connectionId);
    }

    public boolean isConfirmed(String connectionId) {
        return confirmed.contains(connectionId);
    }

    public void forget(String connectionId) {
        confirmed.remove(connectionId);
    }
}
