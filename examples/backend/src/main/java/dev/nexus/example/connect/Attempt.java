package dev.nexus.example.connect;

import dev.nexus.example.nexus.Secret;
import dev.nexus.example.session.Session;
import java.util.Optional;

/**
 * A connection that a session has begun, from then until long after a browser could come back from it.
 *
 * @param nonce what the return URL bears, so that who comes back is known to come from this attempt
 * @param session the session that has begun it
 * @param provider the provider's name, for people
 * @param state hands in the credential; kept for {@link Way#FORM} alone, and here rather than in the page
 * @param finished whether the browser has come back
 */
record Attempt(
        String connectionId, Secret nonce, Session session, String provider, Optional<Secret> state, boolean finished) {

    static Attempt begun(String connectionId, Secret nonce, Session session, String provider, Optional<Secret> state) {
        return new Attempt(connectionId, nonce, session, provider, state, false);
    }

    Attempt atItsEnd() {
        return new Attempt(connectionId, nonce, session, provider, Optional.empty(), true);
    }

    boolean isOf(Session other) {
        return session == other;
    }
}
