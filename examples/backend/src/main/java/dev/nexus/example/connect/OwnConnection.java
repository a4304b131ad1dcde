package dev.nexus.example.connect;

import dev.nexus.example.nexus.Connection;
import dev.nexus.example.nexus.Nexus;
import dev.nexus.example.nexus.NexusFailure;
import dev.nexus.example.session.Session;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Finds a connection of a user's own. The API key opens every connection of this application's tenant: that a user gets
 * at their own alone is for the application to see to, on every request that names an id.
 */
@ApplicationScoped
public class OwnConnection {

    private final Nexus nexus;

    OwnConnection(Nexus nexus) {
        this.nexus = nexus;
    }

    /** The connection; somebody else's looks like one that does not exist. */
    public Connection get(Session session, String id) {
        Connection connection = nexus.checkConnection(id);
        if (!connection.workspaceId().equals(session.workspaceId())) {
            throw NexusFailure.noSuchConnection();
        }
        return connection;
    }
}
