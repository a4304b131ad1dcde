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
 * A decrypted state key and its verifier. The verifier accepts only HS256, so a token cannot choose the algorithm.
 *
 * @param signsFrom the time from which the key may sign. Each key except the first is published earlier, so that each
 *     replica can verify with it at this time
 * @param verifiesUntil the time until which the key verifies; empty until the next key is published
 */
record StateKey(String kid, HmacKey key, JwtConsumer verifier, Instant signsFrom, Optional<Instant> verifiesUntil) {

    /** The type of a state token. It keeps other tokens of Nexus from being accepted as a state (RFC 8725, 3.11). */
    static final String TYPE = "nexus-state+jwt";

    static final String ISSUER = "nexus-broker";
    static final String AUDIENCE = "nexus-state";

    /**
     * So large that jose4j's time checks have no effect. Only the expiry in the connection's row applies. StateTokens
     * checks iat.
     */
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

    StateKey withVerifiesUntil(Optional<Instant> time) {
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
