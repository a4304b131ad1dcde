package dev.nexus.broker.caller;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.contracts.InternalHeaders;
import dev.nexus.runtime.Sha256;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
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
 * Verifies service tokens, and caches each verified token by its SHA-256 until the token expires. Without the cache,
 * the ES256 verification for each request would reduce the throughput by nine tenths. Each use of a cached token checks
 * the expiry again, and that {@link GatewayKeys} still has the token's key. The removal of a key from its file
 * therefore invalidates the tokens that this key signed.
 */
@Alternative
@Priority(1)
@ApplicationScoped
class ServiceTokenVerifier extends JWTCallerPrincipalFactory {

    private static final int SKEW_SECONDS = 5;
    private static final int MAX_CACHED = 10_000;
    private static final int MAX_LIFETIME_MINUTES = 5;

    private final GatewayKeys keys;
    private final InstantSource clock;
    private final AtomicLong verifications = new AtomicLong();
    private final Cache<String, VerifiedToken> cache = Caffeine.newBuilder()
            .maximumSize(MAX_CACHED)
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

    private record VerifiedToken(ServiceToken token, String kid, PublicKey key, long expiresAt) {}

    @Override
    public ServiceToken parse(String token, JWTAuthContextInfo unused) throws ParseException {
        String digest = Sha256.hex(token);
        VerifiedToken cached = cache.getIfPresent(digest);
        if (cached == null || !isValid(cached)) {
            cache.invalidate(digest);
            cached = verify(token);
            cache.put(digest, cached);
        }
        return cached.token();
    }

    /** Returns the number of signature verifications since the start, including failed verifications. */
    long verifications() {
        return verifications.get();
    }

    private boolean isValid(VerifiedToken cached) {
        return clock.instant().getEpochSecond() <= cached.expiresAt() + SKEW_SECONDS
                && keys.find(cached.kid()).filter(cached.key()::equals).isPresent();
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
            return new VerifiedToken(
                    ServiceToken.of(claims),
                    kid,
                    key,
                    claims.getExpirationTime().getValue());
        } catch (JoseException | InvalidJwtException | MalformedClaimException | ClassCastException refused) {
            // The cause is omitted, because its message can quote the token's claims.
            throw new ParseException("the service token is not valid");
        }
    }
}
