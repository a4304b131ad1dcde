package dev.nexus.gateway.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.WebhookApi;
import dev.nexus.runtime.ApiException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.MultiMap;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * What every request passes before a resource sees it, in this order: authentication (401, by Quarkus's own mechanism
 * and policy, before this), rate (429), route and method (404, 405), scope (403), size (413), type (415, 406), query (400). A
 * request that is not in {@link Route} goes no further.
 */
@ApplicationScoped
class Gate {

    /** Before Quarkus's authentication (200). */
    private static final int FIRST = 300;

    private static final int SECOND = 290;

    /** After Quarkus's authorization (100), before the routes. */
    private static final int AFTER_AUTHORIZATION = 50;

    private static final long BODY_MILLIS = 8_000;

    /** Vert.x reads more (quarkus.http.limits), so that the refusal is the Gateway's own, in the error shape. */
    private static final int MAX_URI = 4_096;

    private static final int MAX_HEADERS = 16 * 1024;
    /** A colon, a space and the end of the line. */
    private static final int HEADER_PUNCTUATION = 4;

    private static final List<String> PRECONDITIONS = List.of("If-Match", "If-None-Match", WebhookApi.IDEMPOTENCY_KEY);

    private final RateLimiter rates;
    private final ClientAddress addresses;
    private final PageState pageState;
    private final ErrorWriter errors;

    Gate(RateLimiter rates, ClientAddress addresses, PageState pageState, ErrorWriter errors) {
        this.rates = rates;
        this.addresses = addresses;
        this.pageState = pageState;
        this.errors = errors;
    }

    void register(@Observes Filters filters) {
        filters.register(RequestId::begin, FIRST);
        filters.register(this::syntax, SECOND);
        filters.register(this::pass, AFTER_AUTHORIZATION);
    }

    /** What is wrong whatever the route is: the version, the length, and the Host (RFC 9112, 3.2). */
    private void syntax(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.version() != HttpVersion.HTTP_1_1 && request.version() != HttpVersion.HTTP_1_0) {
            close(context, unsupportedVersion());
        } else if (request.uri().length() > MAX_URI) {
            close(context, ErrorWriter.ofStatus(414));
        } else if (size(request.headers()) > MAX_HEADERS) {
            close(context, ErrorWriter.ofStatus(431));
        } else if (!isUri(request.uri())) {
            close(context, invalidUri());
        } else if (!hasOneHost(request)) {
            close(context, invalidHost());
        } else {
            context.next();
        }
    }

    /** Quarkus makes the same check, and refuses a malformed URI with an empty 400; GatewayMain switches that off. */
    private static boolean isUri(String uri) {
        try {
            new URI(uri);
            return true;
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private static int size(MultiMap headers) {
        int size = 0;
        for (Map.Entry<String, String> header : headers) {
            size += header.getKey().length() + header.getValue().length() + HEADER_PUNCTUATION;
        }
        return size;
    }

    private static boolean hasOneHost(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        return hosts.isEmpty()
                ? request.version() == HttpVersion.HTTP_1_0
                : hosts.size() == 1 && !hosts.get(0).isBlank() && request.authority() != null;
    }

    private static ApiException unsupportedVersion() {
        return new ApiException(ErrorCode.INVALID_REQUEST, "This port speaks HTTP/1.1. Send the request as HTTP/1.1.");
    }

    private static ApiException invalidUri() {
        return new ApiException(
                ErrorCode.INVALID_REQUEST,
                "The path or the query is not a valid URI (RFC 3986). Percent-encode each character that is not allowed.");
    }

    private static ApiException invalidHost() {
        return new ApiException(ErrorCode.INVALID_REQUEST, "`Host`: send the header once, with a valid host.");
    }

    /**
     * Vert.x fails a request without a valid Host, or in another version, before any filter; Quarkus's own failure handler
     * would answer that in another shape.
     */
    private void beforeFilters(RoutingContext context) {
        if (context.failure() instanceof VertxException && context.statusCode() == 400) {
            HttpVersion version = context.request().version();
            boolean known = version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
            close(context, known ? invalidHost() : unsupportedVersion());
        } else {
            context.next();
        }
    }

    /** Ends the connection too: who breaks the syntax once may have sent something else than this server reads. */
    private void close(RoutingContext context, ApiException refusal) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        context.addEndHandler(ended -> context.request().connection().close());
        errors.write(context, refusal);
    }

    /** Vert.x's own refusals (a body too large, a path that does not decode) in the one error shape. */
    void refuse(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(this::beforeFilters);
        for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 500}) {
            router.errorHandler(status, context -> errors.write(context, ErrorWriter.ofStatus(status)));
        }
    }

    private void pass(RoutingContext context) {
        try {
            Optional<Caller> caller = caller(context);
            caller.ifPresent(known -> MDC.put("tenant", known.tenant()));
            rate(context, caller);
            Route route = route(context);
            scope(route, caller);
            RequestBody.checkLength(context.request());
            RequestBody.checkType(context.request(), route.body());
            closeIfTooSlow(context);
            accept(context, route);
            QueryParameters.check(route, context);
            preconditions(context.request());
            context.next();
        } catch (ApiException refused) {
            errors.write(context, refused);
        } catch (IllegalArgumentException undecodable) {
            // A query that does not decode, or a length that is no number; the message quotes it.
            errors.write(context, ErrorWriter.ofStatus(400));
        }
    }

    private static Optional<Caller> caller(RoutingContext context) {
        return context.user() instanceof QuarkusHttpUser user
                        && user.getSecurityIdentity().getPrincipal() instanceof Caller caller
                ? Optional.of(caller)
                : Optional.empty();
    }

    private void rate(RoutingContext context, Optional<Caller> caller) {
        if (Route.isAsset(context.normalizedPath())) {
            return;
        }
        OptionalLong wait = caller.isPresent() && context.normalizedPath().startsWith("/v1/")
                ? rates.take(caller.get())
                : rates.take(addresses.of(context).subscriber(), state(context));
        if (wait.isPresent()) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(wait.getAsLong()));
            throw new ApiException(
                    ErrorCode.RATE_LIMITED, "Too many requests; wait for the seconds that Retry-After names");
        }
    }

    /** The state that the route goes by: another one beside it is no way to another limit. */
    private @Nullable String state(RoutingContext context) {
        return Route.readsCookie(context.normalizedPath())
                ? pageState.in(context.request()).orElse(null)
                : context.request().getParam("state");
    }

    private static Route route(RoutingContext context) {
        List<Route> here = Route.at(context.normalizedPath());
        if (here.isEmpty()) {
            throw ErrorWriter.ofStatus(404);
        }
        return here.stream()
                .filter(route ->
                        route.method().equals(context.request().method().name()))
                .findFirst()
                .orElseThrow(() -> {
                    context.response()
                            .putHeader("Allow", here.stream().map(Route::method).toList());
                    return ErrorWriter.ofStatus(405);
                });
    }

    private static void scope(Route route, Optional<Caller> caller) {
        if (route.needsKey()
                && caller.filter(known -> route.scopes().stream()
                                .anyMatch(scope -> known.scopes().contains(scope)))
                        .isEmpty()) {
            throw new ApiException(
                    ErrorCode.FORBIDDEN, "The API key lacks the scope " + String.join(" or ", route.scopes()));
        }
    }

    /** An empty header would be read as an absent one, and the request would then change more than its caller wants. */
    private static void preconditions(HttpServerRequest request) {
        if (HttpMethod.GET.equals(request.method())) {
            return;
        }
        for (String name : PRECONDITIONS) {
            List<String> values = request.headers().getAll(name);
            if (values.size() > 1 || (values.size() == 1 && values.get(0).isBlank())) {
                throw new ApiException(
                        ErrorCode.INVALID_REQUEST,
                        "`" + name + "`: send the header once and with a value, or leave it out.");
            }
        }
    }

    /** A body that has not come whole within eight seconds is not waited for, however it trickles. */
    private static void closeIfTooSlow(RoutingContext context) {
        if (context.request().isEnded()) {
            return;
        }
        long timer = context.vertx().setTimer(BODY_MILLIS, fired -> {
            if (!context.request().isEnded()) {
                context.request().connection().close();
            }
        });
        context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
    }

    private static void accept(RoutingContext context, Route route) {
        if (route == Route.PAGE_ASSET
                || Accepts.json(context.request())
                || (route.hasPage() && Accepts.html(context.request()))) {
            return;
        }
        throw route.hasPage()
                ? new ApiException(ErrorCode.NOT_ACCEPTABLE, "The route answers text/html and application/json")
                : ErrorWriter.ofStatus(406);
    }
}
