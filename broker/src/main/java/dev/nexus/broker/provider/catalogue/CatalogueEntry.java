package dev.nexus.broker.provider.catalogue;

import dev.nexus.broker.provider.definition.ProviderDefinition;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A checked catalogue entry, in the form in which it is stored.
 *
 * @param file the name or path of its file, for messages
 * @param revision 1 or more. A change takes effect only with a higher revision
 * @param tenant the owner, or null for a global provider
 */
record CatalogueEntry(
        String file, UUID id, int revision, @Nullable String tenant, String slug, ProviderDefinition definition) {}
