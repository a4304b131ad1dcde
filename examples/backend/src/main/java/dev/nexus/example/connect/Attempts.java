package dev.nexus.example.connect;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.example.nexus.Secret;
import dev.nexus.example.session.Session;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The attempts of the last 30 minutes, in memory. An application with several replicas stores them in its database. */
@ApplicationScoped
public class Attempts {

    /** Longer than a state token is valid: by default, ten minutes. */
    private static final Duration LIFETIME = Duration.ofMinutes(30);

    private static final int MAX_ATTEMPTS = 10_000;
    private static final int NONCE_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Cache<String, Attempt> byNonce = Caffeine.newBuilder()
            .expireAfterWrite(LIFETIME)
            .maximumSize(MAX_ATTEMPTS)
            .build();

    Secret newNonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(nonce));
    }

    void put(Attempt attempt) {
        byNonce.put(attempt.nonce().reveal(), attempt);
    }

    Optional<Attempt> byNonce(@Nullable String nonce) {
        return Optional.ofNullable(nonce).map(byNonce::getIfPresent);
    }

    /** Returns true if this session has an attempt for the connection with an open form. */
    public boolean hasForm(Session session, String connectionId) {
        return withForm(session, connectionId).isPresent();
    }

    Optional<Attempt> withForm(Session session, String connectionId) {
        return byNonce.asMap().values().stream()
                .filter(attempt -> attempt.isOf(session))
                .filter(attempt -> attempt.connectionId().equals(connectionId))
                .filter(attempt -> attempt.state().isPresent())
                .findAny();
    }

    /**
     * Finishes an attempt and runs {@code step}. Atomic with {@link #forget}: a forgotten attempt is not finished.
     * Removes the state token, but keeps the attempt, so that a repeated callback still finds it.
     *
     * @return whether the attempt existed
     */
    boolean finish(Attempt attempt, Runnable step) {
        return byNonce.asMap().computeIfPresent(attempt.nonce().reveal(), (nonce, known) -> {
                    step.run();
                    return known.finish();
                })
                != null;
    }

    /** Removes an attempt and runs {@code step}. Atomic with {@link #finish}. */
    void forget(Attempt attempt, Runnable step) {
        byNonce.asMap().compute(attempt.nonce().reveal(), (nonce, known) -> {
            step.run();
            return null;
        });
    }
}
