package dev.nexus.example.connect;

import dev.nexus.example.nexus.Secret;
import dev.nexus.example.session.Session;
import java.util.Optional;

/**
 * A connection that a session has started. It is stored for longer than its state token is valid.
 *
 * @param nonce a random value in the return URL, with which the callback finds this attempt
 * @param session the session that started it
 * @param provider the provider's display name
 * @param state the state token, which authorizes the capture. Stored only for {@link Way#FORM}, until the attempt is
 *     finished. Never sent to the page
 * @param finished whether the callback has confirmed the connection
 */
record Attempt(
        String connectionId, Secret nonce, Session session, String provider, Optional<Secret> state, boolean finished) {

    static Attempt begun(String connectionId, Secret nonce, Session session, String provider, Optional<Secret> state) {
        return new Attempt(connectionId, nonce, session, provider, state, false);
    }

    Attempt finish() {
        return new Attempt(connectionId, nonce, session, provider, Optional.empty(), true);
    }

    boolean isOf(Session other) {
        return session == other;
    }
}
