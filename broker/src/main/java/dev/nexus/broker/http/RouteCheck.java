package dev.nexus.broker.http;

import dev.nexus.runtime.ApiErrors;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.SimpleResourceInfo;

/**
 * Refuses a request for which Jakarta REST finds another route than {@link Routes}. The pipeline has checked the scope
 * and the query only for the route of {@link Routes}. No path is known for which the two routes differ.
 */
class RouteCheck {

    private final RoutingContext http;

    RouteCheck(RoutingContext http) {
        this.http = http;
    }

    @ServerRequestFilter
    public void check(SimpleResourceInfo resource) {
        if (Routes.found(http)
                .filter(checked -> checked.route().name().equals(resource.getMethodName()))
                .isEmpty()) {
            throw ApiErrors.notFound();
        }
    }
}
