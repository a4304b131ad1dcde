package dev.nexus.gateway.http;

import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.Connections;
import dev.nexus.runtime.RequestSlots;
import io.quarkus.arc.All;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;

/**
 * The checks of every request to the public port, in the order of {@link #check}. The order of their errors is part of
 * the API: first those of {@link RequestSyntax}, then 401, 429, 404, 405, 403, 413, 415, 406, 400, 503. A query that
 * does not decode and a Content-Length that is not a number get their 400 from the first check that reads them. Only a
 * request that has passed all checks reaches its endpoint. A request without a {@link Route} is refused, so that no
 * resource is reachable without a route.
 *
 * <p>{@code Drain} of service-runtime runs before, and only adds a header to responses.
 */
@ApplicationScoped
class RequestPipeline {

    /** Before all filters and routes of Quarkus. */
    private static final int PRIORITY = 1_000;

    private final Authentication authentication;
    private final RequestRate rate;
    private final RequestSlots slots;
    private final ClientAddress addresses;
    private final List<DirectRoutes> directRoutes;
    private final ErrorWriter errors;

    RequestPipeline(
            Authentication authentication,
            RequestRate rate,
            RequestSlots slots,
            ClientAddress addresses,
            @All List<DirectRoutes> directRoutes,
            ErrorWriter errors) {
        this.authentication = authentication;
        this.rate = rate;
        this.slots = slots;
        this.addresses = addresses;
        this.directRoutes = directRoutes;
        this.errors = errors;
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext context) {
        if (Connections.isClosed(context.request()) || ClosingConnections.discards(context)) {
            return;
        }
        RequestId.begin(context);
        Route route;
        try {
            route = check(context);
        } catch (ApiException refused) {
            errors.write(context, refused);
            return;
        } catch (IllegalArgumentException undecodable) {
            // The query does not decode, or Content-Length is not a number. The exception's message quotes the value.
            errors.write(context, ErrorWriter.ofStatus(400));
            return;
        }
        route.labelRequest();
        for (DirectRoutes direct : directRoutes) {
            if (direct.serve(route, context)) {
                return;
            }
        }
        // The routes of Jakarta REST follow.
        context.next();
    }

    /** Returns the route. Each check throws the error with which it refuses the request. */
    private Route check(RoutingContext context) {
        HttpServerRequest request = context.request();
        RequestSyntax.check(context);
        List<Route> routes = Route.at(context.normalizedPath());
        Optional<Caller> caller = authentication.check(context);
        rate.check(context, caller);
        Route route = Route.select(routes, context);
        route.checkScope(caller);
        RequestBody.checkLength(request);
        RequestBody.checkType(request, route.body());
        Accepts.check(request, route);
        QueryParameters.check(route, context);
        Preconditions.check(request);
        Runnable release = slots.acquire(context, slotKey(context, caller));
        RequestBody.limitTime(context, release);
        return route;
    }

    /**
     * Returns the tenant, or the client address of a request without an API key: one client must not use up the slots
     * of the hosted page. No tenant has a name with a slash.
     */
    private String slotKey(RoutingContext context, Optional<Caller> caller) {
        return caller.map(Caller::tenant)
                .orElseGet(() -> "/" + addresses.of(context).subscriber());
    }
}
