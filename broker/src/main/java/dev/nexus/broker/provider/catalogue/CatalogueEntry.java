package dev.nexus.broker.provider.catalogue;

import dev.nexus.broker.provider.definition.ProviderDefinition;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One provider as the catalogue describes it, checked and in the form in which it is stored.
 *
 * @param file where it stands, for messages
 * @param revision 1 or more; a change takes effect only under a higher one
 * @param tenant whose own it is; null for a global one
 */
record CatalogueEntry(
        String file, UUID id, int revision, @Nullable String tenant, String slug, ProviderDefinition definition) {}
