package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Parameters;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Refuses to refresh a token. A static credential cannot be refreshed. The status of its connection does not matter.
 */
@ApplicationScoped
class RefuseRefresh {

    private final ConnectionStatements connections;

    RefuseRefresh(ConnectionStatements connections) {
        this.connections = connections;
    }

    /** Always fails, with connection_not_found or static_token. */
    public Uni<Void> run(Caller caller, String id) {
        return connections.exists(caller.tenant(), Parameters.connectionId(id)).map(found -> {
            if (!found) {
                throw Parameters.connectionNotFound();
            }
            throw new ApiException(
                    ErrorCode.STATIC_TOKEN, "This connection uses a static token and cannot be refreshed");
        });
    }
}
