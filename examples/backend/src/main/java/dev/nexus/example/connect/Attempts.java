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

/** What has begun and has not come back. In memory; an application of several replicas keeps it in its database. */
@ApplicationScoped
public class Attempts {

    /** A state is good for ten minutes; the way back takes a moment more. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

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

    void add(Attempt attempt) {
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

    void end(Attempt attempt) {
        byNonce.invalidate(attempt.nonce().reveal());
    }
}
