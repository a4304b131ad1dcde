package dev.nexus.broker.provider.definition;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A provider's definition in the form in which it is stored. {@link DefinitionReader} has checked it.
 *
 * @param name 1–100 characters
 * @param authType api_key, basic_auth, hmac or aws_sigv4
 * @param credentialSchema JSON Schema 2020-12, served byte for byte
 * @param strategy its JSON form with all defaults
 * @param allowedHosts a JSON array of {@link HostTemplate}s, or null if the provider has no allowed hosts
 * @param baseUrl a {@link BaseUrl}, or null if the provider has none
 * @param documentationUrl see {@link HttpsLink}, or null
 * @param verification the JSON form of a {@link Probe}, or null if credentials are not verified at the provider
 * @param page the JSON form of {@link PageHints}, or null
 */
public record ProviderDefinition(
        String name,
        String authType,
        String credentialSchema,
        String strategy,
        @Nullable String allowedHosts,
        @Nullable String baseUrl,
        @Nullable String documentationUrl,
        @Nullable String verification,
        @Nullable String page) {

    /**
     * Returns true if both have the same credential schema, strategy, allowed hosts, base URL and verification. A
     * change of another field does not affect connections and needs no new version.
     */
    public boolean sameVersion(ProviderDefinition other) {
        return credentialSchema.equals(other.credentialSchema)
                && strategy.equals(other.strategy)
                && Objects.equals(allowedHosts, other.allowedHosts)
                && Objects.equals(baseUrl, other.baseUrl)
                && Objects.equals(verification, other.verification);
    }
}
