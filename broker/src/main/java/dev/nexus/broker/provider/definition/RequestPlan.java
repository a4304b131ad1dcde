package dev.nexus.broker.provider.definition;

import dev.nexus.strategy.Strategy;
import dev.nexus.strategy.StrategyJson;
import java.util.Optional;

/**
 * What one version of a provider says of requests, compiled.
 *
 * @param baseUrl empty where the provider has none
 * @param probe empty where the provider is not asked
 */
public record RequestPlan(Strategy strategy, AllowedHosts hosts, Optional<BaseUrl> baseUrl, Optional<Probe> probe) {

    static RequestPlan compile(StoredVersion stored) {
        return new RequestPlan(
                StrategyJson.parse(stored.strategy()),
                AllowedHosts.parse(stored.allowedHosts()),
                Optional.ofNullable(stored.baseUrl()).flatMap(BaseUrl::read),
                Optional.ofNullable(stored.verification()).map(Probe::parse));
    }

    /** Whether nothing is stored where the provider could not tell. */
    public boolean refusesWhenUnknown() {
        return probe.filter(asked -> asked.whenUnknown() == Probe.WhenUnknown.REFUSE)
                .isPresent();
    }
}
