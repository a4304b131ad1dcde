package dev.nexus.broker.provider;

import dev.nexus.broker.provider.definition.ProviderDefinition;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A provider as the API shows it. Schema, strategy, hosts and verification are the JSON texts that were registered.
 *
 * @param global whether every tenant sees it
 * @param page null in a list that was not asked for schemas
 * @param credentialSchema null in a list that was not asked for schemas
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
