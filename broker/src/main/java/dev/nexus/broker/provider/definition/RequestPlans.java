package dev.nexus.broker.provider.definition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Compiles the strategy, hosts and probe of each version of a provider, and caches them. {@link CredentialSchemas}
 * caches the credential schema separately, because token reads do not load it.
 */
@ApplicationScoped
public class RequestPlans {

    /**
     * The maximum number of characters of the cached versions, with {@link #ENTRY_CHARACTERS} added for each version.
     * The compiled plans need about the same memory.
     */
    private static final long MAX_CHARACTERS = 16L * 1024 * 1024;

    private static final int ENTRY_CHARACTERS = 500;

    private final Cache<StoredVersion, RequestPlan> compiled = Caffeine.newBuilder()
            .maximumWeight(MAX_CHARACTERS)
            .weigher((StoredVersion stored, RequestPlan plan) -> ENTRY_CHARACTERS + stored.length())
            .build();

    /** Returns the compiled version. The key contains the texts, so a plan is never stale. */
    public RequestPlan get(StoredVersion stored) {
        return compiled.get(stored, RequestPlan::compile);
    }
}
