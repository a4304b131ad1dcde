package dev.nexus.broker.state;

import dev.nexus.broker.cipher.Secret;
import java.time.Instant;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.HmacKey;

/**
 * A key of the ring, opened, with the verifier that belongs to it: algorithm and key are this key's, never the token's.
 *
 * @param signsFrom from when on it may sign; known before, so that every replica verifies it by then
 * @param verifiesUntil set once a successor is published
 */
record StateKey(String kid, HmacKey key, JwtConsumer verifier, Instant signsFrom, Optional<Instant> verifiesUntil) {

    /** A state's own type, so that no other token of ours can stand for one (RFC 8725, 3.11). */
    static final String TYPE = "nexus-state+jwt";

    static final String ISSUER = "nexus-broker";
    static final String AUDIENCE = "nexus-state";

    /** Expiry is the row's business, and iat is checked by hand: jose4j is given a skew that never refuses. */
    private static final int ANY_TIME_SECONDS = 1_000_000_000;

    static StateKey of(String kid, Secret secret, Instant signsFrom, Optional<Instant> verifiesUntil) {
        HmacKey key = new HmacKey(secret.reveal());
        JwtConsumer verifier = new JwtConsumerBuilder()
                .setVerificationKey(key)
                .setJwsAlgorithmConstraints(
                        new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256))
                .setExpectedType(true, TYPE)
                .setExpectedIssuer(true, ISSUER)
                .setExpectedAudience(true, AUDIENCE)
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setRequireJwtId()
                .setAllowedClockSkewInSeconds(ANY_TIME_SECONDS)
                .build();
        return new StateKey(kid, key, verifier, signsFrom, verifiesUntil);
    }

    StateKey until(Optional<Instant> time) {
        return new StateKey(kid, key, verifier, signsFrom, time);
    }

    boolean signs(Instant now) {
        return !signsFrom.isAfter(now);
    }

    boolean verifies(Instant now) {
        return verifiesUntil.map(now::isBefore).orElse(true);
    }

    @Override
    public String toString() {
        return "StateKey[" + kid + "]";
    }
}
