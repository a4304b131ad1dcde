package dev.nexus.broker.provider;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A provider with its current version, as stored: schema, strategy and allowed hosts are JSON texts.
 *
 * @param tenant null for a global one
 */
record RegisteredProvider(
        UUID id,
        @Nullable String tenant,
        String slug,
        String name,
        String authType,
        int schemaVersion,
        String credentialSchema,
        String strategy,
        @Nullable String allowedHosts,
        @Nullable String baseUrl,
        @Nullable String documentationUrl) {}
