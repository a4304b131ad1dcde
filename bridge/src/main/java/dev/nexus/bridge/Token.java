package dev.nexus.bridge;

import dev.nexus.strategy.Credential;
import dev.nexus.strategy.OutgoingRequest;
import dev.nexus.strategy.Strategy;
import dev.nexus.strategy.StrategyApplier;
import java.time.Instant;
import java.util.Optional;

/**
 * The Gateway's response: a credential, its strategy and its allowed hosts. {@code toString} contains only the id of
 * the connection.
 */
final class Token {

    private final String connectionId;
    private final Strategy strategy;
    private final Credential credential;
    private final Destinations destinations;
    private final Optional<String> replacedBy;

    Token(
            String connectionId,
            Strategy strategy,
            Credential credential,
            Destinations destinations,
            Optional<String> replacedBy) {
        this.connectionId = connectionId;
        this.strategy = strategy;
        this.credential = credential;
        this.destinations = destinations;
        this.replacedBy = replacedBy;
    }

    /** The id of the connection that this credential belongs to. */
    String connectionId() {
        return connectionId;
    }

    /** The id of the connection that has superseded this one; empty if none has. */
    Optional<String> replacedBy() {
        return replacedBy;
    }

    /**
     * Returns the request with the credential added. Throws {@link ForbiddenHostException} for a host that is not
     * allowed.
     */
    OutgoingRequest apply(OutgoingRequest request, Instant now) {
        if (request.header("Host").isPresent()) {
            // A server with several customers selects one of them by this header.
            throw new ForbiddenHostException("The request must not have the header Host. Remove it.");
        }
        destinations.check(request.uri());
        OutgoingRequest sent = StrategyApplier.apply(strategy, credential, request, now);
        // A strategy must not change the host. This check stops the request if a defective strategy does.
        destinations.check(sent.uri());
        return sent;
    }

    @Override
    public String toString() {
        return "Token[" + connectionId + "]";
    }
}
