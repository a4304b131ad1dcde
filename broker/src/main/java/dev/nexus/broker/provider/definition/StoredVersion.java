package dev.nexus.broker.provider.definition;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one version of a provider says of requests, as it is stored. {@link RequestPlans} compiles it.
 *
 * @param number the schema version, 1 or more
 * @param strategy the strategy's JSON text
 * @param allowedHosts a JSON array's text; null where the provider names none
 * @param baseUrl null where the provider has none
 * @param verification the probe's JSON text; null where the provider is not asked
 */
public record StoredVersion(
        UUID provider,
        int number,
        String strategy,
        @Nullable String allowedHosts,
        @Nullable String baseUrl,
        @Nullable String verification) {

    /** Its characters. */
    int length() {
        return strategy.length() + length(allowedHosts) + length(baseUrl) + length(verification);
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
