package dev.nexus.bridge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The tokens in memory, for a bounded time and in a bounded number. Of many who want the same one at once, one fetches it.
 * A connection that was superseded is followed to the one that has replaced it where the application accepts that one, and
 * for as long as it does.
 */
final class Tokens {

    /** Captures in a row that one connection is followed through. */
    private static final int MAX_HOPS = 8;

    private static final int KNOWN_SUCCESSORS = 10_000;

    private final Gateway gateway;
    private final Predicate<String> accepted;
    private final Cache<String, Token> held;
    private final Cache<String, String> successors =
            Caffeine.newBuilder().maximumSize(KNOWN_SUCCESSORS).build();

    /** {@code accepted} tells by its id whether a successor may be followed. */
    Tokens(Gateway gateway, Predicate<String> accepted, Duration holdFor, int atMost) {
        this.gateway = gateway;
        this.accepted = accepted;
        this.held = Caffeine.newBuilder()
                .expireAfterWrite(holdFor)
                .maximumSize(holdFor.isZero() ? 0 : atMost)
                .executor(Runnable::run)
                .build();
    }

    /** The token that serves for {@code connectionId} now. */
    Token of(String connectionId) {
        Token token = held.get(connectionId, this::fetch);
        if (token.connectionId().equals(connectionId) || accepted.test(token.connectionId())) {
            return token;
        }
        // The application has taken back what it accepted when the token was fetched.
        forget(connectionId, token);
        return held.get(connectionId, this::fetch);
    }

    /** The connection that serves for {@code connectionId}, as far as it is known. */
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

    /** Lets go of {@code refused}, which its provider no longer takes, unless another was fetched meanwhile. */
    void forget(String connectionId, Token refused) {
        held.asMap().remove(connectionId, refused);
    }

    /** Lets go of what serves for a connection, and of its own credential where that serves for those it has replaced. */
    void forget(String connectionId) {
        held.invalidate(connectionId);
        held.asMap().values().removeIf(token -> token.connectionId().equals(connectionId));
    }

    void forgetAll() {
        held.invalidateAll();
    }

    private Token fetch(String connectionId) {
        Token token = gateway.token(currentId(connectionId));
        Set<String> seen = new HashSet<>(Set.of(token.connectionId()));
        while (token.replacedBy().isPresent() && seen.size() <= MAX_HOPS) {
            String next = token.replacedBy().orElseThrow();
            // Asked before the token is fetched: the credential of a successor that is refused never gets here.
            if (!seen.add(next) || !accepted.test(next)) {
                break;
            }
            try {
                Token successor = gateway.token(next);
                successors.put(token.connectionId(), next);
                token = successor;
            } catch (GatewayException refused) {
                // What was superseded serves through its grace; better that than nothing.
                break;
            }
        }
        return token;
    }
}
