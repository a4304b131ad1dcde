package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Parameters;
import dev.nexus.broker.webhook.delivery.WebhookScheduler;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Revokes a connection and the connections that it superseded, and destroys their ciphertexts. Idempotent. */
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
