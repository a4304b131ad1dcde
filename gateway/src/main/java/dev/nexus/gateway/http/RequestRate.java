package dev.nexus.gateway.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Applies the {@link RateLimiter} to each request. Below {@code /v1/}, the limit is that of the API key. For other
 * requests, the limits are those of the client address and of the state.
 */
@ApplicationScoped
class RequestRate {

    private final RateLimiter rates;
    private final ClientAddress addresses;
    private final PageState pageState;

    RequestRate(RateLimiter rates, ClientAddress addresses, PageState pageState) {
        this.rates = rates;
        this.addresses = addresses;
        this.pageState = pageState;
    }

    /**
     * Counts a request. The files of the hosted page are not counted.
     *
     * @throws ApiException rate_limited; the response then has Retry-After
     * @throws IllegalArgumentException if the query does not decode
     */
    void check(RoutingContext context, Optional<Caller> caller) {
        String path = context.normalizedPath();
        if (Route.isAsset(path)) {
            return;
        }
        OptionalLong wait = caller.isPresent() && path.startsWith("/v1/")
                ? rates.take(caller.get())
                : rates.take(addresses.of(context).subscriber(), state(context, path));
        if (wait.isPresent()) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(wait.getAsLong()));
            throw new ApiException(
                    ErrorCode.RATE_LIMITED, "Too many requests. Wait for the number of seconds in `Retry-After`.");
        }
    }

    /** The state that the route uses. A state elsewhere in the request must not lead to another rate limit. */
    private @Nullable String state(RoutingContext context, String path) {
        return Route.readsCookie(path)
                ? pageState.in(context.request()).orElse(null)
                : context.request().getParam("state");
    }
}
