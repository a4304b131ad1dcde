package dev.nexus.strategy;

import java.time.Instant;

/** Puts a credential into a request by its strategy. */
public final class StrategyApplier {

    private StrategyApplier() {}

    /**
     * The request with the credential in it. What the strategy sets replaces what the request brought under that name.
     *
     * @param credential the captured object
     * @param now the time that a signature bears
     * @throws InapplicableCredentialException where a field that the strategy names is missing, is not a string or holds
     *     what its place in a request cannot carry; also where the request's own body or path does not fit the strategy,
     *     the field being named then too
     */
    public static OutgoingRequest apply(
            Strategy strategy, Credential credential, OutgoingRequest request, Instant now) {
        return strategy.apply(credential, request, now);
    }
}
