package dev.nexus.example.connect;

import dev.nexus.bridge.Bridge;
import dev.nexus.example.nexus.Connection;
import dev.nexus.example.nexus.Nexus;
import dev.nexus.example.session.Session;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Step 4: decides at the callback whether the application may use a connection.
 *
 * <p>An attacker can start a connection and send its auth_url to a victim. The victim's credential would then serve the
 * attacker's account. So a connection is used only if the callback comes from the session that started it, and the
 * Gateway returns it as active and for the same user. A callback from another session revokes the connection, even if
 * the attacker's callback came first.
 */
@ApplicationScoped
class FinishConnection {

    private static final Logger LOG = Logger.getLogger(FinishConnection.class);

    private final Attempts attempts;
    private final ConnectionRegistry registry;
    private final Revocations revocations;
    private final Nexus nexus;
    private final Bridge bridge;

    FinishConnection(
            Attempts attempts, ConnectionRegistry registry, Revocations revocations, Nexus nexus, Bridge bridge) {
        this.attempts = attempts;
        this.registry = registry;
        this.revocations = revocations;
        this.nexus = nexus;
        this.bridge = bridge;
    }

    /** The result of a callback. */
    enum Outcome {
        CONNECTED,
        NOT_CONNECTED,
        ALREADY_FINISHED,
        UNKNOWN,
        OTHER_SESSION
    }

    Outcome finish(Optional<Session> session, @Nullable String nonce, @Nullable String connectionId, boolean success) {
        revocations.retry();
        Optional<Attempt> found = attempts.byNonce(nonce)
                .filter(attempt ->
                        connectionId == null || attempt.connectionId().equals(connectionId));
        if (found.isEmpty()) {
            return Outcome.UNKNOWN;
        }
        Attempt attempt = found.get();
        if (session.isEmpty() || !attempt.isOf(session.get())) {
            revoke(attempt);
            return Outcome.OTHER_SESSION;
        }
        if (attempt.finished()) {
            return Outcome.ALREADY_FINISHED;
        }
        if (!success || !isActive(attempt)) {
            // The attempt stays open, because a user who has cancelled can go back to the page and continue.
            return Outcome.NOT_CONNECTED;
        }
        // A callback from another session may have removed the attempt during the call to the Gateway.
        return attempts.finish(attempt, () -> registry.confirm(attempt.connectionId()))
                ? Outcome.CONNECTED
                : Outcome.UNKNOWN;
    }

    private boolean isActive(Attempt attempt) {
        Connection connection = nexus.checkConnection(attempt.connectionId());
        return connection.isActive()
                && connection.workspaceId().equals(attempt.session().workspaceId());
    }

    /** Revokes the connection with the victim's credential. The application stops using it even if the call fails. */
    private void revoke(Attempt attempt) {
        attempts.forget(attempt, () -> registry.forget(attempt.connectionId()));
        bridge.connection(attempt.connectionId()).forget();
        LOG.warnf("Callback from a session that did not start the connection: connection=%s", attempt.connectionId());
        revocations.revoke(attempt.connectionId());
    }
}
