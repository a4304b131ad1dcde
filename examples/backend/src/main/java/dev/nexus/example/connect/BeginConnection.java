package dev.nexus.example.connect;

import dev.nexus.example.ExampleConfig;
import dev.nexus.example.nexus.BegunConnection;
import dev.nexus.example.nexus.ConnectionRequest;
import dev.nexus.example.nexus.Nexus;
import dev.nexus.example.nexus.NexusFailure;
import dev.nexus.example.nexus.Provider;
import dev.nexus.example.nexus.Secret;
import dev.nexus.example.page.Answers;
import dev.nexus.example.session.Session;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Step 1: starts a connection for the user of a session, and redirects the browser to the form or to the hosted page.
 */
@ApplicationScoped
public class BeginConnection {

    private static final Logger LOG = Logger.getLogger(BeginConnection.class);

    private final Nexus nexus;
    private final Attempts attempts;
    private final Answers answers;
    private final String gatewayOrigin;

    BeginConnection(Nexus nexus, Attempts attempts, Answers answers, ExampleConfig config) {
        this.nexus = nexus;
        this.attempts = attempts;
        this.answers = answers;
        this.gatewayOrigin = config.gateway().browserOrigin().toString().replaceAll("/+$", "");
    }

    /** Starts a connection. To rotate a credential, call this with the same provider and label. */
    Response begin(Way way, Session session, Provider provider, @Nullable String label) {
        Secret nonce = attempts.newNonce();
        BegunConnection begun = nexus.requestConnection(new ConnectionRequest(
                session.workspaceId(),
                provider.id(),
                answers.address(CallbackResource.PATH + "?attempt=" + nonce.reveal()),
                session.user(),
                label));
        attempts.put(Attempt.begun(
                begun.connectionId(),
                nonce,
                session,
                provider.name(),
                way == Way.FORM ? Optional.of(begun.state()) : Optional.empty()));
        LOG.infof("Connection started: connection=%s workspace=%s", begun.connectionId(), session.workspaceId());
        return switch (way) {
            case FORM -> answers.seeOther("/connections/" + begun.connectionId() + "/form");
            case HOSTED -> answers.leave(hosted(begun.authUrl()));
        };
    }

    /** Checks that auth_url has the Gateway's origin, so that the browser is never redirected to another host. */
    private URI hosted(Secret authUrl) {
        if (!authUrl.reveal().startsWith(gatewayOrigin + "/")) {
            LOG.error("auth_url does not begin with example.gateway.browser-origin");
            throw NexusFailure.unreadable();
        }
        return URI.create(authUrl.reveal());
    }
}
