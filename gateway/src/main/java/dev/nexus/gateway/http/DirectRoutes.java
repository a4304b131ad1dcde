package dev.nexus.gateway.http;

import io.vertx.ext.web.RoutingContext;

/** The endpoints that are not resources of Jakarta REST. {@link RequestPipeline} calls them after all checks. */
public interface DirectRoutes {

    /** Serves {@code request}. Returns false if a resource of Jakarta REST serves {@code route}. */
    boolean serve(Route route, RoutingContext request);
}
