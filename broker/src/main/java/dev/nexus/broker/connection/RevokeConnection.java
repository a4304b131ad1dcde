package dev.nexus.broker.connection;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Parameters;
import dev.nexus.broker.webhook.delivery.DeliverWebhooks;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Revokes a connection and destroys its ciphertext; a second time changes nothing. */
@ApplicationScoped
public class RevokeConnection {

    private final ConnectionRepository connections;
    private final DeliverWebhooks webhooks;

    RevokeConnection(ConnectionRepository connections, DeliverWebhooks webhooks) {
        this.connections = connections;
        this.webhooks = webhooks;
    }

    public Uni<Void> run(Caller caller, String id) {
        return connections
                .revoke(caller, Parameters.connectionId(id))
                .invoke(webhooks::soon)
                .map(found -> {
                    if (!found) {
                        throw Parameters.connectionNotFound();
                    }
                    return null;
                });
    }
}
