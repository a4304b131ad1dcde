package dev.nexus.broker.provider.definition;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The stored request rules of one version of a provider. {@link RequestPlans} compiles them.
 *
 * @param number the schema version, 1 or more
 * @param strategy the strategy's JSON text
 * @param allowedHosts a JSON array's text, or null if the provider has no allowed hosts
 * @param baseUrl null if the provider has none
 * @param verification the probe's JSON text, or null if credentials are not verified at the provider
 */
public record StoredVersion(
        UUID provider,
        int number,
        String strategy,
        @Nullable String allowedHosts,
        @Nullable String baseUrl,
        @Nullable String verification) {

    /** The number of characters of all texts. */
    int length() {
        return strategy.length() + length(allowedHosts) + length(baseUrl) + length(verification);
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
