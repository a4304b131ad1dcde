package dev.nexus.broker.capture;

import dev.nexus.broker.provider.definition.UnfitCredentialException;
import dev.nexus.runtime.ApiException;
import dev.nexus.strategy.Credential;
import dev.nexus.strategy.CredentialCheck;
import dev.nexus.strategy.InapplicableCredentialException;
import dev.nexus.strategy.Strategy;

/** Checks that a provider's strategy can send a credential. */
final class StrategyCompatibility {

    private StrategyCompatibility() {}

    /**
     * Checks that the strategy can send the credential unchanged.
     *
     * @throws ApiException invalid_credentials if the strategy cannot. The error names the field and the rule
     */
    static void check(Strategy strategy, Credential credential) {
        try {
            CredentialCheck.check(strategy, credential);
        } catch (InapplicableCredentialException refused) {
            throw UnfitCredentialException.of(refused).answer();
        }
    }
}
