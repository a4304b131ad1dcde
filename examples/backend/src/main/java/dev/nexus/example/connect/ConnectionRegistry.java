package dev.nexus.example.connect;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections that this application uses: those whose browser came back to the session that began them. An active
 * connection that is not in here may hold the credential of somebody who was sent the link, see README.md. In memory;
 * a real application keeps the id beside the user in its database.
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
