package dev.nexus.broker.provider.definition;

import dev.nexus.strategy.Strategy;
import dev.nexus.strategy.StrategyJson;
import java.util.Optional;

/**
 * The compiled request rules of one version of a provider.
 *
 * @param storedBaseUrl empty if the provider has none
 * @param probe empty if credentials are not verified at the provider
 */
public record RequestPlan(
        Strategy strategy, AllowedHosts hosts, Optional<String> storedBaseUrl, Optional<Probe> probe) {

    static RequestPlan compile(StoredVersion stored) {
        return new RequestPlan(
                StrategyJson.parse(stored.strategy()),
                AllowedHosts.parse(stored.allowedHosts()),
                Optional.ofNullable(stored.baseUrl()),
                Optional.ofNullable(stored.verification()).map(Probe::parse));
    }

    /**
     * Parses the base URL on use, so that an unreadable URL fails only the verification, not a token read.
     *
     * @return empty if the provider has none
     * @throws IllegalStateException if it cannot be read; the message does not quote it
     */
    public Optional<BaseUrl> baseUrl() {
        return storedBaseUrl.map(BaseUrl::parse);
    }

    /** Whether a credential is refused if the provider's answer is inconclusive. */
    public boolean refusesWhenUnknown() {
        return probe.filter(asked -> asked.whenUnknown() == Probe.WhenUnknown.REFUSE)
                .isPresent();
    }
}
