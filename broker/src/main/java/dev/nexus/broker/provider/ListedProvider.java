package dev.nexus.broker.provider;

import dev.nexus.broker.provider.definition.ProviderDefinition;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The members of a provider in a response. Credential schema, strategy, allowed hosts, verification and page are JSON
 * texts.
 *
 * @param global true if all tenants can use it
 * @param page null if the provider has none, and always in a list without {@code expand=schema}
 * @param credentialSchema null in a list without {@code expand=schema}
 */
record ListedProvider(
        UUID id,
        boolean global,
        String slug,
        String name,
        String authType,
        int schemaVersion,
        String strategy,
        @Nullable String allowedHosts,
        @Nullable String baseUrl,
        @Nullable String documentationUrl,
        @Nullable String verification,
        @Nullable String page,
        @Nullable String credentialSchema) {

    static ListedProvider of(RegisteredProvider provider) {
        ProviderDefinition definition = provider.definition();
        return new ListedProvider(
                provider.id(),
                provider.tenant() == null,
                provider.slug(),
                definition.name(),
                definition.authType(),
                provider.schemaVersion(),
                definition.strategy(),
                definition.allowedHosts(),
                definition.baseUrl(),
                definition.documentationUrl(),
                definition.verification(),
                definition.page(),
                definition.credentialSchema());
    }
}
