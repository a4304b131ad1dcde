package dev.nexus.gateway.apikey;

import dev.nexus.gateway.http.Caller;
import java.util.List;
import java.util.Set;

/**
 * An API key that has proved itself; the principal of the request's SecurityIdentity. Holds nothing secret.
 *
 * @param id 12 characters of base62
 * @param tenant whom the key belongs to
 * @param scopes see {@link dev.nexus.contracts.Scope}
 * @param returnOrigins origins that a return_url may have, each scheme, host and effective port in canonical form
 */
public record ApiKey(String id, String tenant, Set<String> scopes, List<String> returnOrigins) implements Caller {

    public ApiKey {
        scopes = Set.copyOf(scopes);
        returnOrigins = List.copyOf(returnOrigins);
    }

    @Override
    public String getName() {
        return id;
    }
}
