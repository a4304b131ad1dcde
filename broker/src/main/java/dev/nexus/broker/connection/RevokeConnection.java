package dev.nexus.broker.connection;

import dev.nexus.broker.web.Caller;
import dev.nexus.broker.web.Parameters;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Revokes a connection and destroys its ciphertext; a second time changes nothing. */
@ApplicationScoped
public class RevokeConnection {

    private final ConnectionRepository connections;

    RevokeConnection(ConnectionRepository connections) {
        this.connections = connections;
    }

    public Uni<Void> run(Caller caller, String id) {
        return connections.revoke(caller, Parameters.connectionId(id)).map(found -> {
            if (!found) {
                throw Parameters.connectionNotFound();
            }
            return null;
        });
    }
}
