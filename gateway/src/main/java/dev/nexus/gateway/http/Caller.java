package dev.nexus.gateway.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** The authenticated caller of a request. */
public interface Caller {

    /** The key of the caller in the request's context. */
    String KEY = "nexus.caller";

    /** The id of the API key, 12 characters of base62. */
    String id();

    /** The tenant that the caller acts for. */
    String tenant();

    /** See {@link dev.nexus.contracts.Scope}. */
    Set<String> scopes();

    /**
     * Returns the caller of a request that {@link RequestPipeline} has authenticated.
     *
     * @throws IllegalStateException if the request has none
     */
    static Caller of(RoutingContext request) {
        Caller caller = request.get(KEY);
        if (caller == null) {
            throw new IllegalStateException("the request has no authenticated caller");
        }
        return caller;
    }
}
