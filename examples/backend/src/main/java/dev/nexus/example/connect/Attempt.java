package dev.nexus.example.connect;

import dev.nexus.example.nexus.Secret;
import dev.nexus.example.session.Session;
import java.util.Optional;

/**
 * A connection that a session has begun and that is not there yet.
 *
 * @param nonce what the return URL bears, so that only the browser that was sent back knows it
 * @param session the session that has begun it
 * @param provider the provider's name, for people
 * @param state hands in the credential; kept for {@link Way#FORM} alone, and here rather than in the page
 */
record Attempt(String connectionId, Secret nonce, Session session, String provider, Optional<Secret> state) {

    boolean isOf(Session other) {
        return session == other;
    }
}
