package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Parameters;
import dev.nexus.broker.webhook.delivery.WebhookScheduler;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Revokes a connection, and each connection that it superseded and that still has a credential. Destroys the
 * ciphertexts of all these connections. Idempotent.
 */
@ApplicationScoped
public class RevokeConnection {

    private final ConnectionStatements connections;
    private final WebhookScheduler webhooks;

    RevokeConnection(ConnectionStatements connections, WebhookScheduler webhooks) {
        this.connections = connections;
        this.webhooks = webhooks;
    }

    /** Fails with {@link dev.nexus.runtime.ApiException} connection_not_found if the tenant has no such connection. */
    public Uni<Void> run(Caller caller, String id) {
        return connections
                .revoke(caller, Parameters.connectionId(id))
                .invoke(webhooks::schedulePoll)
                .map(found -> {
                    if (!found) {
                        throw Parameters.connectionNotFound();
                    }
                    return null;
                });
    }
}
