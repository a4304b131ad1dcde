package dev.nexus.strategy;

import java.time.Instant;

/** Adds a credential to a request as a strategy defines. */
public final class StrategyApplier {

    private StrategyApplier() {}

    /**
     * Returns the request with the credential added. Headers, parameters and body members of the strategy replace those
     * of the request with the same name.
     *
     * @param credential the captured object
     * @param now the time for a signature
     * @throws InapplicableCredentialException if a required field of the strategy is missing, or if a field is not a
     *     string or cannot be sent. Also if the body or path of the request does not fit the strategy
     */
    public static OutgoingRequest apply(
            Strategy strategy, Credential credential, OutgoingRequest request, Instant now) {
        return strategy.apply(credential, request, now);
    }
}
