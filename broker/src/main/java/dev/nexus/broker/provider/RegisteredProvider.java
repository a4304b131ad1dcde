package dev.nexus.broker.provider;

import dev.nexus.broker.provider.definition.ProviderDefinition;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A stored provider with its current version.
 *
 * @param tenant null for a global provider
 * @param schemaVersion 1 or more. Increases with each change for which {@link ProviderDefinition#sameVersion} is false
 * @param edition 1 or more. Increases with each change
 */
public record RegisteredProvider(
        UUID id, @Nullable String tenant, String slug, int schemaVersion, int edition, ProviderDefinition definition) {

    String etag() {
        return etag(id, edition);
    }

    /** The strong entity tag (RFC 9110, 8.8.3). It differs from the tag of another provider with the same slug. */
    static String etag(UUID id, int edition) {
        return "\"" + id + "." + edition + "\"";
    }
}
