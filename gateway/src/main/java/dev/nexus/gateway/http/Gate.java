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
 * Checks every request before it reaches a resource. First, Quarkus authenticates it (401). Then this class checks, in
 * this order, the rate (429), route and method (404, 405), scope (403), size (413), type (415, 406), and query (400). A
 * request that is not in {@link Route} is refused.
 */
@ApplicationScoped
class Gate {

    /** Before Quarkus's authentication (200). */
    private static final int FIRST = 310;

    private static final int SECOND = 300;
    private static final int THIRD = 290;

    /** After Quarkus's authorization (100), before the routes. */
    private static final int AFTER_AUTHORIZATION = 50;

    private static final long BODY_MILLIS = 8_000;

    /** Vert.x accepts more (quarkus.http.limits), so that the Gateway refuses the request, with an error body. */
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
        filters.register(ClosingConnections::discardRequest, FIRST);
        filters.register(RequestId::begin, SECOND);
        filters.register(this::checkSyntax, THIRD);
        filters.register(this::check, AFTER_AUTHORIZATION);
    }

    /** The checks that do not depend on the route: the version, the lengths, the URI and the Host (RFC 9112, 3.2). */
    private void checkSyntax(RoutingContext context) {
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

    /** GatewayMain switches off the same check of Quarkus, which responds with an empty 400. */
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
        return new ApiException(
                ErrorCode.INVALID_REQUEST, "This port supports only HTTP/1.1. Send the request as HTTP/1.1.");
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
     * Writes the error for a request that Vert.x fails before any filter, because its Host or version is invalid.
     * Quarkus's failure handler would write another body.
     */
    private void handleEarlyFailure(RoutingContext context) {
        if (context.failure() instanceof VertxException && context.statusCode() == 400) {
            HttpVersion version = context.request().version();
            boolean known = version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
            close(context, known ? invalidHost() : unsupportedVersion());
        } else {
            context.next();
        }
    }

    /**
     * Also closes the connection: after a syntax error, the bytes that follow may not be the request that they look
     * like.
     */
    private void close(RoutingContext context, ApiException refusal) {
        ClosingConnections.add(context.request().connection());
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        context.addEndHandler(ended -> context.request().connection().close());
        errors.write(context, refusal);
    }

    /** Gives Vert.x's own errors (a body too large, a path that does not decode) the Gateway's error body. */
    void registerErrorHandlers(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(this::handleEarlyFailure);
        for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 500}) {
            router.errorHandler(status, context -> errors.write(context, ErrorWriter.ofStatus(status)));
        }
    }

    private void check(RoutingContext context) {
        try {
            Optional<Caller> caller = caller(context);
            caller.ifPresent(known -> MDC.put("tenant", known.tenant()));
            checkRate(context, caller);
            Route route = route(context);
            checkScope(route, caller);
            RequestBody.checkLength(context.request());
            RequestBody.checkType(context.request(), route.body());
            closeIfTooSlow(context);
            accept(context, route);
            QueryParameters.check(route, context);
            checkPreconditions(context.request());
            context.next();
        } catch (ApiException refused) {
            errors.write(context, refused);
        } catch (IllegalArgumentException undecodable) {
            // The query does not decode, or the length is not a number. The exception's message quotes it.
            errors.write(context, ErrorWriter.ofStatus(400));
        }
    }

    private static Optional<Caller> caller(RoutingContext context) {
        return context.user() instanceof QuarkusHttpUser user
                        && user.getSecurityIdentity().getPrincipal() instanceof Caller caller
                ? Optional.of(caller)
                : Optional.empty();
    }

    private void checkRate(RoutingContext context, Optional<Caller> caller) {
        if (Route.isAsset(context.normalizedPath())) {
            return;
        }
        OptionalLong wait = caller.isPresent() && context.normalizedPath().startsWith("/v1/")
                ? rates.take(caller.get())
                : rates.take(addresses.of(context).subscriber(), state(context));
        if (wait.isPresent()) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(wait.getAsLong()));
            throw new ApiException(
                    ErrorCode.RATE_LIMITED, "Too many requests. Wait for the number of seconds in `Retry-After`.");
        }
    }

    /** The state that the route uses. A state elsewhere in the request must not lead to another rate limit. */
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

    private static void checkScope(Route route, Optional<Caller> caller) {
        if (route.needsKey()
                && caller.filter(known -> route.scopes().stream()
                                .anyMatch(scope -> known.scopes().contains(scope)))
                        .isEmpty()) {
            throw new ApiException(
                    ErrorCode.FORBIDDEN,
                    "The API key lacks the scope " + String.join(" or ", route.scopes())
                            + ". Use a key with this scope.");
        }
    }

    /** An empty precondition would count as absent, and the request would change more than the caller wants. */
    private static void checkPreconditions(HttpServerRequest request) {
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

    /** Closes the connection if the whole body has not arrived within eight seconds. */
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
                ? new ApiException(
                        ErrorCode.NOT_ACCEPTABLE,
                        "`Accept`: this route returns text/html or application/json. Accept one of them.")
                : ErrorWriter.ofStatus(406);
    }
}
