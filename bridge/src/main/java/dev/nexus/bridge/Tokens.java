package dev.nexus.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens in memory, for a bounded time and in a bounded number. Of many who want the same one at once, one fetches it.
 * A connection that was superseded is followed to the one that has replaced it, for good.
 */
final class Tokens {

    /** Captures in a row that one connection is followed through. */
    private static final int MAX_HOPS = 8;

    private static final int KNOWN_SUCCESSORS = 10_000;

    private final Gateway gateway;
    private final Cache<String, Token> held;
    private final Cache<String, String> successors =
            Caffeine.newBuilder().maximumSize(KNOWN_SUCCESSORS).build();

    Tokens(Gateway gateway, Duration holdFor, int atMost) {
        this.gateway = gateway;
        this.held = Caffeine.newBuilder()
                .expireAfterWrite(holdFor)
                .maximumSize(holdFor.isZero() ? 0 : atMost)
                .executor(Runnable::run)
                .build();
    }

    /** The token that serves for {@code connectionId} now. */
    Token of(String connectionId) {
        return held.get(connectionId, this::fetch);
    }

    /** The connection that serves for {@code connectionId}, as far as it is known. */
    String currentId(String connectionId) {
        return Optional.ofNullable(successors.getIfPresent(connectionId)).orElse(connectionId);
    }

    /** Lets go of {@code refused}, which its provider no longer takes, unless another was fetched meanwhile. */
    void forget(String connectionId, Token refused) {
        held.asMap().remove(connectionId, refused);
    }

    void forget(String connectionId) {
        held.invalidate(connectionId);
    }

    void forgetAll() {
        held.invalidateAll();
    }

    private Token fetch(String connectionId) {
        Token token = gateway.token(currentId(connectionId));
        Set<String> seen = new HashSet<>(Set.of(token.connectionId()));
        while (token.replacedBy().isPresent() && seen.size() <= MAX_HOPS) {
            String next = token.replacedBy().orElseThrow();
            if (!seen.add(next)) {
                break;
            }
            try {
                token = gateway.token(next);
            } catch (GatewayException refused) {
                // What was superseded serves through its grace; better that than nothing.
                break;
            }
        }
        if (!token.connectionId().equals(connectionId)) {
            successors.put(connectionId, token.connectionId());
        }
        return token;
    }
}
