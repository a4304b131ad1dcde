package dev.nexus.broker.state;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.UUID;

/** Issues and verifies state tokens. Expiry is not checked here: the connection's row is the one authority on it. */
public interface StateTokens {

    /**
     * Signs a state token with the ring's current key.
     *
     * @return the token in compact form, at most 2,048 characters; its exp is {@code issuedAt} plus nexus.state.ttl
     */
    Uni<IssuedState> issue(String tenant, UUID connection, Instant issuedAt);

    /**
     * Verifies signature, type, audience, issuer, canonical encoding and that it was not issued more than 30 s in the
     * future. Fails with {@code ApiException} invalid_state, one body whatever was wrong; with unavailable where the
     * ring cannot be read.
     */
    Uni<StateSubject> verify(String token);

    /**
     * A fresh state token.
     *
     * @param token a secret until it is redeemed, never printed
     * @param expiresAt until when the row accepts it: exp plus the leeway
     */
    record IssuedState(String token, Instant expiresAt) {
        @Override
        public String toString() {
            return "IssuedState[***]";
        }
    }

    /** What a verified state names. */
    record StateSubject(String tenant, UUID connection) {}
}
