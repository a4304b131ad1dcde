package dev.nexus.broker.provider.definition;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a catalogue entry or an administrator says about a provider, checked by {@link DefinitionReader} and in the form in
 * which it is stored.
 *
 * @param name 1–100 characters
 * @param authType api_key, basic_auth, hmac or aws_sigv4
 * @param credentialSchema JSON Schema 2020-12, served byte for byte
 * @param strategy its JSON form with every default filled in
 * @param allowedHosts a JSON array of {@link HostTemplate}s; null where the provider has no fixed host
 * @param baseUrl an https URL whose host may be a {@link HostTemplate}
 * @param verification the JSON form of a {@link Probe}; null where the provider is not asked
 * @param page the JSON form of {@link PageHints}; null for none
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

    /** Whether a connection that began with the other one could go on with this: what a version is made of. */
    public boolean sameVersion(ProviderDefinition other) {
        return credentialSchema.equals(other.credentialSchema)
                && strategy.equals(other.strategy)
                && Objects.equals(allowedHosts, other.allowedHosts)
                && Objects.equals(baseUrl, other.baseUrl)
                && Objects.equals(verification, other.verification);
    }
}
