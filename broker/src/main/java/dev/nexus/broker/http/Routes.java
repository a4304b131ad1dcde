package dev.nexus.broker.http;

import dev.nexus.contracts.InternalApi;
import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.ApiException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The table of all routes of {@link InternalApi}. The Broker serves no other routes to the Gateway. */
public final class Routes {

    private static final String KEY = "nexus.route";

    private static final List<Route> TABLE = InternalApi.FEATURES.stream()
            .flatMap(feature -> Arrays.stream(feature.getMethods()))
            .map(Route::of)
            .toList();

    private Routes() {}

    /**
     * The route of a request.
     *
     * @param path the normalized path, which matches the route's template
     */
    public record Match(Route route, String path) {

        /**
         * Returns the value of the path parameter; empty if the route has none. A reserved character such as a slash
         * stays percent-encoded.
         */
        public String parameter() {
            return route.template().firstParameter(path);
        }
    }

    static List<Route> all() {
        return TABLE;
    }

    /**
     * Finds the route of a request by its method and its normalized path (RFC 3986, 6.2.2). Jakarta REST uses the same
     * path. A slash at the end of the path is ignored.
     *
     * @throws ApiException not_found if no route has this path. Also not_found if the path contains a semicolon, which
     *     may be percent-encoded: Jakarta REST drops the text after the semicolon and would serve another path.
     *     method_not_allowed if a route has this path, but no such route has this method. The response then has the
     *     header Allow
     */
    public static Match find(RoutingContext http) {
        String path = http.request().path();
        if (path.indexOf(';') >= 0 || path.contains("%3B") || path.contains("%3b")) {
            throw ApiErrors.notFound();
        }
        Match match = match(http, withoutLastSlash(http.normalizedPath()));
        http.put(KEY, match);
        match.route().template().labelRequest();
        return match;
    }

    /** Returns the match that {@link #find} has returned for this request, or empty if it has returned none. */
    static Optional<Match> found(RoutingContext http) {
        return Optional.ofNullable(http.get(KEY));
    }

    private static Match match(RoutingContext http, String path) {
        String method = http.request().method().name();
        for (Route route : TABLE) {
            if (route.verb().equals(method) && route.template().matches(path)) {
                return new Match(route, path);
            }
        }
        List<String> allowed = TABLE.stream()
                .filter(route -> route.template().matches(path))
                .map(Route::verb)
                .sorted()
                .toList();
        if (allowed.isEmpty()) {
            throw ApiErrors.notFound();
        }
        http.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
        throw ApiErrors.methodNotAllowed();
    }

    private static String withoutLastSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
