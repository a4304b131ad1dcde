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

/** What was begun a while ago at most. In memory; an application of several replicas keeps it in its database. */
@ApplicationScoped
public class Attempts {

    /** A state is good for ten minutes; a browser that comes back later than that is late. */
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private static final int MOST = 10_000;
    private static final int NONCE_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Cache<String, Attempt> byNonce =
            Caffeine.newBuilder().expireAfterWrite(LONGEST).maximumSize(MOST).build();

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

    /** The attempt of this session for a connection, whose form is still open. */
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
     * Ends an attempt and does {@code step}, in one go with {@link #forget}: what was forgotten meanwhile is not finished.
     * Its state is let go of; who comes back from it is still known.
     *
     * @return whether the attempt was still there
     */
    boolean finish(Attempt attempt, Runnable step) {
        return byNonce.asMap().computeIfPresent(attempt.nonce().reveal(), (nonce, known) -> {
                    step.run();
                    return known.atItsEnd();
                })
                != null;
    }

    /** Forgets an attempt and does {@code step}, in one go with {@link #finish}. */
    void forget(Attempt attempt, Runnable step) {
        byNonce.asMap().compute(attempt.nonce().reveal(), (nonce, known) -> {
            step.run();
            return null;
        });
    }
}
