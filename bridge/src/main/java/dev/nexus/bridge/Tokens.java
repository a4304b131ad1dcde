package dev.nexus.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Caches tokens, for a limited time and in a limited number. Concurrent callers share one fetch. For a superseded
 * connection, uses the token of its successor while the application accepts that successor.
 */
final class Tokens {

    /** Maximum length of a chain of successors. */
    private static final int MAX_HOPS = 8;

    private static final int KNOWN_SUCCESSORS = 10_000;

    private final Gateway gateway;
    private final Predicate<String> accepted;
    private final Cache<String, Token> cache;
    private final Cache<String, String> successors =
            Caffeine.newBuilder().maximumSize(KNOWN_SUCCESSORS).build();

    /**
     * Creates an empty cache.
     *
     * @param accepted whether to use the successor with this id
     */
    Tokens(Gateway gateway, Predicate<String> accepted, Duration holdFor, int atMost) {
        this.gateway = gateway;
        this.accepted = accepted;
        this.cache = Caffeine.newBuilder()
                .expireAfterWrite(holdFor)
                .maximumSize(holdFor.isZero() ? 0 : atMost)
                .executor(Runnable::run)
                .build();
    }

    /** Returns the token for {@code connectionId}: its own, or that of its accepted successor. */
    Token of(String connectionId) {
        Token token = cache.get(connectionId, this::fetch);
        if (token.connectionId().equals(connectionId) || accepted.test(token.connectionId())) {
            return token;
        }
        // The application no longer accepts the successor that it accepted when the token was fetched.
        forget(connectionId, token);
        return cache.get(connectionId, this::fetch);
    }

    /**
     * Returns the id of the last accepted successor of {@code connectionId} that is in memory, or {@code connectionId}.
     */
    String currentId(String connectionId) {
        String current = connectionId;
        for (int hops = 0; hops < MAX_HOPS; hops++) {
            Optional<String> next =
                    Optional.ofNullable(successors.getIfPresent(current)).filter(accepted);
            if (next.isEmpty()) {
                break;
            }
            current = next.orElseThrow();
        }
        return current;
    }

    /** Removes {@code refused}, which the provider rejected, unless another thread has already fetched a new token. */
    void forget(String connectionId, Token refused) {
        cache.asMap().remove(connectionId, refused);
    }

    /** Removes the token of a connection, also for the connections that it has superseded. */
    void forget(String connectionId) {
        cache.invalidate(connectionId);
        cache.asMap().values().removeIf(token -> token.connectionId().equals(connectionId));
    }

    void forgetAll() {
        cache.invalidateAll();
    }

    private Token fetch(String connectionId) {
        Token token = gateway.token(currentId(connectionId));
        Set<String> seen = new HashSet<>(Set.of(token.connectionId()));
        while (token.replacedBy().isPresent() && seen.size() <= MAX_HOPS) {
            String next = token.replacedBy().orElseThrow();
            // The check is before the fetch, so that the credential of a refused successor never reaches this process.
            if (!seen.add(next) || !accepted.test(next)) {
                break;
            }
            try {
                Token successor = gateway.token(next);
                successors.put(token.connectionId(), next);
                token = successor;
            } catch (GatewayException refused) {
                // The superseded connection is still usable during its grace period.
                break;
            }
        }
        return token;
    }
}
