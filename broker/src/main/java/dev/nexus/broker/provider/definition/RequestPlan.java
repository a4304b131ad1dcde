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
     * Parses the base URL on each call, so that an invalid URL fails only the verification and not a token read.
     *
     * @return empty if the provider has none
     * @throws IllegalStateException if the base URL is invalid. The message does not quote the URL
     */
    public Optional<BaseUrl> baseUrl() {
        return storedBaseUrl.map(BaseUrl::parse);
    }

    /** Returns true if a capture fails when the verification of its credential is inconclusive. */
    public boolean refusesWhenUnknown() {
        return probe.filter(verification -> verification.whenUnknown() == Probe.WhenUnknown.REFUSE)
                .isPresent();
    }
}
