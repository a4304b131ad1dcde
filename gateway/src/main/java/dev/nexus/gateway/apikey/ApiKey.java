package dev.nexus.gateway.apikey;

import dev.nexus.gateway.http.Caller;
import java.util.List;
import java.util.Set;

/**
 * An API key without its secret. It is the caller of each request that it authenticates.
 *
 * @param id 12 characters of base62
 * @param tenant the owner of the key
 * @param scopes see {@link dev.nexus.contracts.Scope}
 * @param returnOrigins the allowed origins of a return_url, in the form of
 *     {@link dev.nexus.gateway.http.Origin#canonical}
 */
public record ApiKey(String id, String tenant, Set<String> scopes, List<String> returnOrigins) implements Caller {

    public ApiKey {
        scopes = Set.copyOf(scopes);
        returnOrigins = List.copyOf(returnOrigins);
    }
}
