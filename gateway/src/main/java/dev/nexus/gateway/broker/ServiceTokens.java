package dev.nexus.gateway.broker;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.contracts.InternalHeaders;
import dev.nexus.gateway.http.Caller;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.runtime.InvalidFileException;
import dev.nexus.runtime.ReloadedFiles;
import dev.nexus.runtime.WatchedFile;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.lang.JoseException;

/**
 * Issues service tokens (ES256, valid for 60 s). Caches one for each tenant, API key and set of scopes, and replaces it
 * 15 s before it expires, because a signature costs time. Checks the key file every two seconds. If the file has a new
 * key, clears the cache.
 */
@Startup
@ApplicationScoped
class ServiceTokens {

    private static final Logger LOG = Logger.getLogger(ServiceTokens.class);
    private static final Duration LIFETIME = Duration.ofSeconds(60);
    private static final Duration RENEW_BEFORE = Duration.ofSeconds(15);
    private static final int MAX_CACHED = 10_000;
    private static final Subject STATE =
            new Subject(Optional.empty(), "state", Set.of(InternalHeaders.SCOPE_STATE_PRESENT));

    private final WatchedFile<SigningKey> key;
    private final InstantSource clock;
    private final AtomicLong signatures = new AtomicLong();
    private final Cache<Subject, CachedToken> cache = Caffeine.newBuilder()
            .maximumSize(MAX_CACHED)
            .expireAfterWrite(LIFETIME)
            .build();

    @Inject
    ServiceTokens(GatewayConfig config, ReloadedFiles files) {
        this(config.serviceKeyFile(), InstantSource.system(), files);
    }

    ServiceTokens(Path file, InstantSource clock, ReloadedFiles files) {
        this.clock = clock;
        this.key = new WatchedFile<>(
                "nexus.gateway.service-key-file",
                "must name a private EC P-256 JWK with a kid (create it with mint-service-key)",
                file,
                ServiceTokens::parse,
                files);
    }

    private record Subject(Optional<String> tenant, String keyId, Set<String> scopes) {}

    private record CachedToken(String kid, String token, Instant expiresAt) {
        @Override
        public String toString() {
            return "CachedToken[***]";
        }
    }

    private record SigningKey(String kid, PrivateKey key) {}

    /** Returns a token for the tenant and the scopes of {@code caller}. */
    String forCaller(Caller caller) {
        return token(new Subject(Optional.of(caller.tenant()), caller.id(), caller.scopes()));
    }

    /** Returns a token that permits only calls with a state. It names no tenant, because the state names the tenant. */
    String forState() {
        return token(STATE);
    }

    private String token(Subject subject) {
        CachedToken cached = cache.getIfPresent(subject);
        if (cached != null && isUsable(cached)) {
            return cached.token();
        }
        // compute signs once for all concurrent callers of a subject.
        return cache.asMap()
                .compute(subject, (same, current) -> current != null && isUsable(current) ? current : sign(same))
                .token();
    }

    private boolean isUsable(CachedToken cached) {
        return cached.kid().equals(key.value().kid())
                && clock.instant().isBefore(cached.expiresAt().minus(RENEW_BEFORE));
    }

    private CachedToken sign(Subject subject) {
        signatures.incrementAndGet();
        Instant now = clock.instant();
        Instant expiry = now.plus(LIFETIME);
        JwtClaimsBuilder claims = Jwt.claims()
                .issuer(InternalHeaders.ISSUER)
                .audience(InternalHeaders.AUDIENCE)
                .subject(subject.keyId())
                .issuedAt(now)
                .expiresAt(expiry)
                .groups(subject.scopes())
                .claim(InternalHeaders.CLAIM_KEY_ID, subject.keyId());
        subject.tenant().ifPresent(tenant -> claims.claim(InternalHeaders.CLAIM_TENANT, tenant));
        SigningKey signer = key.value();
        String token = claims.jws()
                .keyId(signer.kid())
                .algorithm(SignatureAlgorithm.ES256)
                .sign(signer.key());
        return new CachedToken(signer.kid(), token, expiry);
    }

    /** The number of tokens signed since the start. */
    long signatures() {
        return signatures.get();
    }

    @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void reload() {
        if (key.reload()) {
            cache.invalidateAll();
            LOG.infof("The service key was read again: kid=%s", key.value().kid());
        }
    }

    private static SigningKey parse(String json) throws InvalidFileException {
        try {
            JsonWebKey jwk = JsonWebKey.Factory.newJwk(json);
            if (jwk instanceof EllipticCurveJsonWebKey curve
                    && "P-256".equals(curve.getCurveName())
                    && curve.getEcPrivateKey() != null
                    && jwk.getKeyId() != null) {
                return new SigningKey(jwk.getKeyId(), curve.getEcPrivateKey());
            }
        } catch (JoseException malformed) {
            throw new InvalidFileException("the file is not a JWK");
        }
        throw new InvalidFileException("the key is not a private EC P-256 key with a kid");
    }
}
