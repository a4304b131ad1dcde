package dev.nexus.broker.state;

import dev.nexus.broker.http.Parameters;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.jwx.HeaderParameterNames;
import org.jose4j.lang.JoseException;

/**
 * Issues and verifies state tokens. Does not check the expiry: only the expiry in the connection's row applies.
 *
 * <p>A state token is a JWT (RFC 7519) signed with HS256: the Broker is the only signer and the only verifier. Before
 * the signature is checked, each segment must be the canonical unpadded base64url text of its bytes (RFC 7515, 2),
 * because decoders ignore spare bits and stray characters.
 */
@ApplicationScoped
public class StateTokens {

    private static final int MAX_LENGTH = 2_048;
    private static final int MAX_KID_LENGTH = 64;
    /** The tolerance for clock differences. A state is accepted until this time after its exp. */
    private static final Duration LEEWAY = Duration.ofSeconds(30);

    private static final Duration MAX_IAT_AHEAD = Duration.ofSeconds(30);
    private static final String TENANT = "tenant";
    private static final String CONNECTION = "connection";

    private final StateKeyRing ring;
    private final StateConfig config;

    StateTokens(StateKeyRing ring, StateConfig config) {
        this.ring = ring;
        this.config = config;
    }

    /**
     * A new state token.
     *
     * @param token a secret until the state is redeemed. Never print it
     * @param expiresAt the expiry in the connection's row: exp plus the leeway
     */
    public record IssuedState(String token, Instant expiresAt) {
        @Override
        public String toString() {
            return "IssuedState[***]";
        }
    }

    /** The tenant and the connection of a verified state. */
    public record StateSubject(String tenant, UUID connection) {}

    /**
     * Signs a state token with the ring's current key.
     *
     * @return the token in compact form, at most 2,048 characters. Its exp is {@code issuedAt} plus nexus.state.ttl.
     *     Fails like {@link StateKeyRing#signing}
     */
    public Uni<IssuedState> issue(String tenant, UUID connection, Instant issuedAt) {
        return ring.signing().map(key -> sign(key, tenant, connection, issuedAt));
    }

    private IssuedState sign(StateKey key, String tenant, UUID connection, Instant issuedAt) {
        Instant expiry = issuedAt.plus(config.ttl());
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(StateKey.ISSUER);
        claims.setAudience(StateKey.AUDIENCE);
        claims.setIssuedAt(NumericDate.fromMilliseconds(issuedAt.toEpochMilli()));
        claims.setExpirationTime(NumericDate.fromMilliseconds(expiry.toEpochMilli()));
        claims.setJwtId(UUID.randomUUID().toString());
        claims.setStringClaim(TENANT, tenant);
        claims.setStringClaim(CONNECTION, connection.toString());
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        jws.setHeader(HeaderParameterNames.TYPE, StateKey.TYPE);
        jws.setKeyIdHeaderValue(key.kid());
        jws.setKey(key.key());
        jws.setPayload(claims.toJson());
        try {
            return new IssuedState(jws.getCompactSerialization(), expiry.plus(LEEWAY));
        } catch (JoseException failure) {
            // The message of jose4j's exception may quote the payload, so the new message has only the name of its
            // class.
            throw new IllegalStateException(
                    "signing a state failed: " + failure.getClass().getName());
        }
    }

    /**
     * Verifies a state token: its signature, type, audience, issuer and canonical encoding, and that its iat is at most
     * 30 seconds in the future. Fails with {@link ApiException} invalid_state, with the same body for each cause. If
     * the key cannot be read, fails like {@link StateKeyRing#verifying}.
     */
    public Uni<StateSubject> verify(String token) {
        return parse(token)
                .map(parsed -> ring.verifying(parsed.kid())
                        .map(key -> subject(key, parsed.token()).orElseThrow(StateTokens::invalid)))
                .orElseGet(() -> Uni.createFrom().failure(invalid()));
    }

    /** A token that is parsed, but not verified. */
    private record Parsed(String kid, JwtContext token) {
        @Override
        public String toString() {
            return "Parsed[" + kid + "]";
        }
    }

    private static Optional<Parsed> parse(String token) {
        if (!isCanonical(token)) {
            return Optional.empty();
        }
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setCompactSerialization(token);
            String kid = jws.getKeyIdHeaderValue();
            return kid == null || kid.length() > MAX_KID_LENGTH
                    ? Optional.empty()
                    : Optional.of(new Parsed(
                            kid, new JwtContext(token, JwtClaims.parse(jws.getUnverifiedPayload()), List.of(jws))));
        } catch (JoseException | InvalidJwtException | RuntimeException malformed) {
            // The token is not verified yet, so no failure of its parsers is the Broker's. Drops the exception, because
            // its message quotes the token.
            return Optional.empty();
        }
    }

    private static boolean isCanonical(String token) {
        String[] segments = token.split("\\.", -1);
        if (token.length() > MAX_LENGTH || segments.length != 3) {
            return false;
        }
        for (String segment : segments) {
            if (segment.isEmpty() || !isCanonicalBase64Url(segment)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCanonicalBase64Url(String segment) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(segment);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(segment);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static Optional<StateSubject> subject(Optional<StateKey> key, JwtContext token) {
        if (key.isEmpty()) {
            return Optional.empty();
        }
        try {
            key.get().verifier().processContext(token);
            JwtClaims claims = token.getJwtClaims();
            if (claims.getIssuedAt().getValueInMillis()
                    > Instant.now().plus(MAX_IAT_AHEAD).toEpochMilli()) {
                return Optional.empty();
            }
            String tenant = claims.getStringClaimValue(TENANT);
            String connection = claims.getStringClaimValue(CONNECTION);
            return tenant == null || connection == null
                    ? Optional.empty()
                    : Parameters.uuid(connection).map(id -> new StateSubject(tenant, id));
        } catch (InvalidJwtException | MalformedClaimException refused) {
            // Drops the exception, because its message quotes the token.
            return Optional.empty();
        }
    }

    private static ApiException invalid() {
        return new ApiException(ErrorCode.INVALID_STATE, "The state is not valid");
    }
}
