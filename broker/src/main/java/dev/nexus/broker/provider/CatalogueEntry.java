package dev.nexus.broker.provider;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One global provider as the catalogue describes it, checked and in the form in which it is stored.
 *
 * @param file where it stands, for messages
 * @param revision 1 or more; a change takes effect only under a higher one
 * @param credentialSchema JSON Schema 2020-12, served byte for byte
 * @param strategy its JSON form with every default filled in
 * @param allowedHosts a JSON array of host names; null where the provider has no fixed host
 */
record CatalogueEntry(
        String file,
        UUID id,
        int revision,
        String slug,
        String name,
        String authType,
        String credentialSchema,
        String strategy,
        @Nullable String allowedHosts,
        @Nullable String baseUrl,
        @Nullable String documentationUrl) {}
