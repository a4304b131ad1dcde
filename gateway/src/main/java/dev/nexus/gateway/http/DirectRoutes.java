package dev.nexus.gateway.http;

import io.vertx.ext.web.RoutingContext;

/** Endpoints that are not resources of Jakarta REST. {@link RequestPipeline} calls them after all checks. */
public interface DirectRoutes {

    /** Serves {@code request}. Returns false if {@code route} is not one of these. */
    boolean serve(Route route, RoutingContext request);
}
