package dev.nexus.example.connect;

import dev.nexus.example.nexus.Connection;
import dev.nexus.example.nexus.Nexus;
import dev.nexus.example.nexus.NexusFailure;
import dev.nexus.example.session.Session;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Reads a connection and checks its user. The API key can read every connection of the tenant. So the application must
 * check, for each id in a request, that the connection is the user's.
 */
@ApplicationScoped
public class OwnConnection {

    private final Nexus nexus;

    OwnConnection(Nexus nexus) {
        this.nexus = nexus;
    }

    /** Returns the connection. For another user's connection, throws the same error as for an unknown id. */
    public Connection get(Session session, String id) {
        Connection connection = nexus.checkConnection(id);
        if (!connection.workspaceId().equals(session.workspaceId())) {
            throw NexusFailure.noSuchConnection();
        }
        return connection;
    }
}
