package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Parameters;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Returns a connection with its current status. Concurrent checks share a statement. Does not decrypt, and writes no
 * audit event.
 */
@ApplicationScoped
public class CheckConnection {

    private final ConnectionStatements connections;

    CheckConnection(ConnectionStatements connections) {
        this.connections = connections;
    }

    /** Fails with {@link dev.nexus.runtime.ApiException} connection_not_found if the tenant has no such connection. */
    public Uni<ConnectionView> run(Caller caller, String id) {
        return connections
                .find(caller.tenant(), Parameters.connectionId(id))
                .map(found -> found.orElseThrow(Parameters::connectionNotFound));
    }
}
