package dev.nexus.broker.provider.definition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Compiles the strategy, hosts, base URL and probe of each version of a provider once. Its credential schema, which token
 * reads do not load, has a cache of its own: {@link CredentialSchemas}.
 */
@ApplicationScoped
public class RequestPlans {

    /** Characters of the versions that are held, and as much again for what is compiled. */
    private static final long HELD_CHARACTERS = 16L * 1024 * 1024;

    private static final int ENTRY_CHARACTERS = 500;

    private final Cache<StoredVersion, RequestPlan> compiled = Caffeine.newBuilder()
            .maximumWeight(HELD_CHARACTERS)
            .weigher((StoredVersion stored, RequestPlan plan) -> ENTRY_CHARACTERS + stored.length())
            .build();

    /** The compiled version. A text that differs is compiled again, so none is stale. */
    public RequestPlan get(StoredVersion stored) {
        return compiled.get(stored, RequestPlan::compile);
    }
}
