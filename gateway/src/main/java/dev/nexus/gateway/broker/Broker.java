package dev.nexus.gateway.broker;

import dev.nexus.gateway.http.Caller;
import dev.nexus.gateway.http.ClientAddress;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Calls the Broker. Each call has a time-out and a service token: that of its caller, or one for the state of the
 * request. The Gateway does not retry calls: if the response to a capture is lost, the caller finds its result with
 * check-connection. {@link CallerErrors} converts each error for the caller. A call that times out becomes 503
 * unavailable.
 */
@ApplicationScoped
public class Broker {

    private final BrokerClient client;
    private final ServiceTokens tokens;
    private final CallerErrors errors;
    private final ClientAddress addresses;
    private final RoutingContext request;
    private final Duration timeout;
    private final Duration timeoutWithProvider;

    Broker(
            GatewayConfig config,
            BrokerClient client,
            ServiceTokens tokens,
            CallerErrors errors,
            ClientAddress addresses,
            RoutingContext request) {
        this.client = client;
        this.tokens = tokens;
        this.errors = errors;
        this.addresses = addresses;
        this.request = request;
        this.timeout = config.brokerTimeout();
        this.timeoutWithProvider = config.brokerTimeout().plus(config.providerTimeout());
    }

    /** Calls a route of the Broker for the caller of the current request of Jakarta REST. */
    public <T extends @Nullable Object> Uni<BrokerAnswer<T>> call(Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        return call(request, route);
    }

    /** Calls a route of the Broker for the caller of {@code request}. */
    public <T extends @Nullable Object> Uni<BrokerAnswer<T>> call(
            RoutingContext request, Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        return call(request, tokens.forCaller(Caller.of(request)), timeout, route);
    }

    /** Calls a route that may verify a credential at its provider, with a longer time-out. */
    public <T extends @Nullable Object> Uni<BrokerAnswer<T>> callWithVerification(
            Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        return callWithVerification(request, route);
    }

    /** Like {@link #callWithVerification(Function)}, for the caller of {@code request}. */
    public <T extends @Nullable Object> Uni<BrokerAnswer<T>> callWithVerification(
            RoutingContext request, Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        return call(request, tokens.forCaller(Caller.of(request)), timeoutWithProvider, route);
    }

    /** Calls a route with the authority of the request's state. */
    public <T extends @Nullable Object> Uni<BrokerAnswer<T>> callWithState(
            Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        return call(request, tokens.forState(), timeout, route);
    }

    /**
     * Calls a route that may verify a credential at its provider, with the authority of the request's state and a
     * longer time-out.
     */
    public <T extends @Nullable Object> Uni<BrokerAnswer<T>> callWithStateAndVerification(
            Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        return call(request, tokens.forState(), timeoutWithProvider, route);
    }

    private <T extends @Nullable Object> Uni<BrokerAnswer<T>> call(
            RoutingContext request, String token, Duration limit, Function<BrokerRoutes, Uni<RestResponse<T>>> route) {
        String address = addresses.of(request).address();
        ServiceCall call = new ServiceCall(token, RequestId.of(request), Optional.of(address));
        return ServiceCallFilter.send(call, () -> route.apply(client.routes()))
                .ifNoItem()
                .after(limit)
                .fail()
                .map(BrokerAnswer::of)
                .onFailure()
                .transform(errors::of);
    }
}
