package dev.nexus.bridge;

import dev.nexus.strategy.Credential;
import dev.nexus.strategy.OutgoingRequest;
import dev.nexus.strategy.Strategy;
import dev.nexus.strategy.StrategyApplier;
import java.time.Instant;
import java.util.Optional;

/** A credential with its strategy and where it may be sent, as the Gateway answered it. Does not print. */
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

    /** The connection whose credential this is. */
    String connectionId() {
        return connectionId;
    }

    /** The connection that has superseded this one. */
    Optional<String> replacedBy() {
        return replacedBy;
    }

    /** The request with the credential in it; refuses a host that the credential is not for. */
    OutgoingRequest apply(OutgoingRequest request, Instant now) {
        destinations.check(request.uri());
        OutgoingRequest sent = StrategyApplier.apply(strategy, credential, request, now);
        // No strategy changes the host; were one to, this is where it ends.
        destinations.check(sent.uri());
        return sent;
    }

    @Override
    public String toString() {
        return "Token[" + connectionId + "]";
    }
}
