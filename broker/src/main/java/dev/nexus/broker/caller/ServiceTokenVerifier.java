package dev.nexus.broker.caller;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.contracts.InternalHeaders;
import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;

/**
 * Verifies a service token and holds it, by its SHA-256, until it expires: an ES256 verification on every request would
 * cost nine tenths of the throughput. On each use the expiry is checked again, and that its key is still the file's, so a
 * key that was removed drops the tokens held for it.
 */
@Alternative
@Priority(1)
@ApplicationScoped
class ServiceTokenVerifier extends JWTCallerPrincipalFactory {

    private static final int SKEW_SECONDS = 5;
    private static final int MAX_HELD = 10_000;
    private static final int MAX_LIFETIME_MINUTES = 5;

    private final GatewayKeys keys;
    private final InstantSource clock;
    private final AtomicLong verifications = new AtomicLong();
    private final Cache<String, VerifiedToken> held = Caffeine.newBuilder()
            .maximumSize(MAX_HELD)
            .expireAfterWrite(Duration.ofMinutes(MAX_LIFETIME_MINUTES))
            .build();

    @jakarta.inject.Inject
    ServiceTokenVerifier(GatewayKeys keys) {
        this(keys, InstantSource.system());
    }

    ServiceTokenVerifier(GatewayKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    private record VerifiedToken(JWTCallerPrincipal principal, String kid, PublicKey key, long expiresAt) {}

    @Override
    public JWTCallerPrincipal parse(String token, JWTAuthContextInfo unused) throws ParseException {
        String digest = digest(token);
        VerifiedToken known = held.getIfPresent(digest);
        if (known == null || !isGood(known)) {
            held.invalidate(digest);
            known = verify(token);
            held.put(digest, known);
        }
        return known.principal();
    }

    /** How many signatures were verified since the start. */
    long verifications() {
        return verifications.get();
    }

    private boolean isGood(VerifiedToken known) {
        return clock.instant().getEpochSecond() <= known.expiresAt() + SKEW_SECONDS
                && keys.find(known.kid()).filter(known.key()::equals).isPresent();
    }

    private VerifiedToken verify(String token) throws ParseException {
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setCompactSerialization(token);
            String kid = String.valueOf(jws.getKeyIdHeaderValue());
            PublicKey key = keys.find(kid).orElseThrow(() -> new ParseException("unknown key"));
            verifications.incrementAndGet();
            JwtClaims claims = new JwtConsumerBuilder()
                    .setVerificationKey(key)
                    .setJwsAlgorithmConstraints(new AlgorithmConstraints(
                            ConstraintType.PERMIT, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256))
                    .setExpectedIssuer(true, InternalHeaders.ISSUER)
                    .setExpectedAudience(true, InternalHeaders.AUDIENCE)
                    .setRequireExpirationTime()
                    .setMaxFutureValidityInMinutes(MAX_LIFETIME_MINUTES)
                    .setAllowedClockSkewInSeconds(SKEW_SECONDS)
                    .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                    .build()
                    .processToClaims(token);
            refuseUnclearTenant(claims);
            return new VerifiedToken(
                    new DefaultJWTCallerPrincipal(claims),
                    kid,
                    key,
                    claims.getExpirationTime().getValue());
        } catch (JoseException | InvalidJwtException | MalformedClaimException | ClassCastException refused) {
            // Without the cause: its message quotes the token's claims.
            throw new ParseException("the service token is not valid");
        }
    }

    /** A token speaks for one tenant, or presents states and speaks for none. */
    private static void refuseUnclearTenant(JwtClaims claims) throws MalformedClaimException, ParseException {
        List<String> scopes = claims.getStringListClaimValue("groups");
        String tenant = claims.getStringClaimValue(InternalHeaders.CLAIM_TENANT);
        String keyId = claims.getStringClaimValue(InternalHeaders.CLAIM_KEY_ID);
        boolean presentsState = scopes != null && scopes.equals(List.of(InternalHeaders.SCOPE_STATE_PRESENT));
        boolean speaksForTenant = tenant != null
                && !tenant.isBlank()
                && scopes != null
                && !scopes.contains(InternalHeaders.SCOPE_STATE_PRESENT);
        if (keyId == null || keyId.isBlank() || !(presentsState ? tenant == null : speaksForTenant)) {
            throw new ParseException("the service token names no tenant, or presents a state for one");
        }
    }

    private static String digest(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
