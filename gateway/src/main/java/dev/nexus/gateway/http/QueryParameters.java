package dev.nexus.gateway.http;

import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.QueryRules;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;

/** Refuses a query that the route would not read completely. */
final class QueryParameters {

    private QueryParameters() {}

    /**
     * Checks that each parameter of the query is one of {@link Route#parameters}, is given once and has a value.
     *
     * @throws ApiException invalid_request
     * @throws IllegalArgumentException if the query does not decode
     */
    static void check(Route route, RoutingContext context) {
        String query = context.request().query();
        if (query == null || query.isEmpty()) {
            return;
        }
        MultiMap given = context.queryParams();
        // Vert.x finds a name without regard to its case, but lists the names unchanged.
        QueryRules.check(route.parameters(), given.names(), given::getAll);
    }
}
