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
 * Step 4, when a browser comes back. Somebody may begin a connection and send its auth_url to a victim, whose credential
 * would then serve the sender. So a connection is used only once a browser has come back from it that holds the session
 * that began it, and the Gateway says that it is active, for this very user. When another browser comes back, the
 * connection is cut: also where the sender was quicker to say that it is theirs.
 */
@ApplicationScoped
class ComeBack {

    private static final Logger LOG = Logger.getLogger(ComeBack.class);

    private final Attempts attempts;
    private final ConnectionRegistry registry;
    private final Revocations revocations;
    private final Nexus nexus;
    private final Bridge bridge;

    ComeBack(Attempts attempts, ConnectionRegistry registry, Revocations revocations, Nexus nexus, Bridge bridge) {
        this.attempts = attempts;
        this.registry = registry;
        this.revocations = revocations;
        this.nexus = nexus;
        this.bridge = bridge;
    }

    /** How it ended. */
    enum Outcome {
        CONNECTED,
        NOT_CONNECTED,
        FINISHED_BEFORE,
        UNKNOWN,
        BEGUN_ELSEWHERE
    }

    Outcome judge(Optional<Session> session, @Nullable String nonce, @Nullable String connectionId, boolean success) {
        revocations.tryAgain();
        Optional<Attempt> found = attempts.byNonce(nonce)
                .filter(attempt ->
                        connectionId == null || attempt.connectionId().equals(connectionId));
        if (found.isEmpty()) {
            return Outcome.UNKNOWN;
        }
        Attempt attempt = found.get();
        if (session.isEmpty() || !attempt.isOf(session.get())) {
            cut(attempt);
            return Outcome.BEGUN_ELSEWHERE;
        }
        if (attempt.finished()) {
            return Outcome.FINISHED_BEFORE;
        }
        if (!success || !isActive(attempt)) {
            // A user who has cancelled may think again: the attempt stays open as long as the page does.
            return Outcome.NOT_CONNECTED;
        }
        // Another browser may have come back while the Gateway was asked.
        return attempts.finish(attempt, () -> registry.confirm(attempt.connectionId()))
                ? Outcome.CONNECTED
                : Outcome.UNKNOWN;
    }

    private boolean isActive(Attempt attempt) {
        Connection connection = nexus.checkConnection(attempt.connectionId());
        return connection.isActive()
                && connection.workspaceId().equals(attempt.session().workspaceId());
    }

    /** Destroys what the victim has entered. Until that succeeds the connection is not used all the same. */
    private void cut(Attempt attempt) {
        attempts.forget(attempt, () -> registry.forget(attempt.connectionId()));
        bridge.connection(attempt.connectionId()).forget();
        LOG.warnf("Connection %s came back in a session that did not begin it", attempt.connectionId());
        revocations.revoke(attempt.connectionId());
    }
}
