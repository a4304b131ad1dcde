package dev.nexus.broker.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.broker.web.ApiException;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** Checks credentials against their provider's schema, each version compiled once. */
@ApplicationScoped
public class CredentialSchemas {

    /** Versions held compiled, some tens of kilobytes each. A version never changes, so none goes stale. */
    private static final int HELD = 1_000;

    private final Cache<Version, CredentialSchema> compiled =
            Caffeine.newBuilder().maximumSize(HELD).build();

    /**
     * Returns where the credentials follow the schema and the rules beyond it: no unknown top-level member, a non-blank
     * character in every required string, no string over 16 KiB, no number beyond 1,000 digits.
     *
     * @param schemaText the registered text of this version
     * @throws ApiException invalid_credentials, with one detail for each violated rule, at most 32; nothing in it comes
     *     from the credentials
     */
    public void check(UUID providerId, int version, String schemaText, JsonNode credentials) {
        CredentialSchema schema =
                compiled.get(new Version(providerId, version), absent -> CredentialSchema.compile(schemaText));
        List<Detail> violations = schema.violations(credentials);
        if (!violations.isEmpty()) {
            throw new ApiException(
                    ErrorCode.INVALID_CREDENTIALS, "The credentials do not follow the provider's schema", violations);
        }
    }

    private record Version(UUID provider, int version) {}
}
