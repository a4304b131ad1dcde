package dev.nexus.broker.http;

import dev.nexus.contracts.InternalApi;
import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.ApiException;
import io.smallrye.common.vertx.ContextLocals;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The table of all routes of {@link InternalApi}. It has the only routes that the Broker serves. */
public final class Routes {

    private static final String KEY = "nexus.route";

    /** The key under which Quarkus's metrics and traces look up the path template. Quarkus REST sets it for its routes. */
    private static final String TEMPLATE = "UrlPathTemplate";

    private static final List<Entry> TABLE = InternalApi.FEATURES.stream()
            .flatMap(feature -> Arrays.stream(feature.getMethods()))
            .map(Route::of)
            .map(route -> new Entry(route, segments(route.template())))
            .toList();

    private Routes() {}

    /**
     * The route of a request.
     *
     * @param parameters the values of the path parameters, in the order of the template. A reserved character such as a
     *     slash stays percent-encoded
     */
    public record Match(Route route, List<String> parameters) {}

    private record Entry(Route route, List<String> segments) {

        boolean matches(List<String> path) {
            if (path.size() != segments.size()) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                if (isParameter(segments.get(i))
                        ? path.get(i).isEmpty()
                        : !segments.get(i).equals(path.get(i))) {
                    return false;
                }
            }
            return true;
        }

        List<String> parameters(List<String> path) {
            List<String> parameters = new ArrayList<>(1);
            for (int i = 0; i < path.size(); i++) {
                if (isParameter(segments.get(i))) {
                    parameters.add(path.get(i));
                }
            }
            return parameters;
        }

        private static boolean isParameter(String segment) {
            return segment.startsWith("{");
        }
    }

    static List<Route> all() {
        return TABLE.stream().map(Entry::route).toList();
    }

    /**
     * Finds the route of a request by its method and its normalized path (RFC 3986, 6.2.2), which Jakarta REST matches
     * too. HEAD has the route of GET. A slash at the end of the path is ignored.
     *
     * @throws ApiException not_found if no route has this path, method_not_allowed if none of them has this method. A path
     *     with a semicolon is not found, encoded or not: Jakarta REST drops the text after it and would serve another path
     */
    public static Match find(RoutingContext http) {
        String path = http.request().path();
        if (path.indexOf(';') >= 0 || path.contains("%3B") || path.contains("%3b")) {
            throw ApiErrors.notFound();
        }
        Match match = find(http.request().method().name(), segments(http.normalizedPath()));
        http.put(KEY, match);
        ContextLocals.put(TEMPLATE, match.route().template());
        return match;
    }

    /** The match that {@link #find} returned for this request. */
    static Optional<Match> found(RoutingContext http) {
        return Optional.ofNullable(http.get(KEY));
    }

    private static Match find(String method, List<String> path) {
        String verb = method.equals("HEAD") ? "GET" : method;
        boolean exists = false;
        for (Entry entry : TABLE) {
            if (entry.matches(path)) {
                if (entry.route().verb().equals(verb)) {
                    return new Match(entry.route(), entry.parameters(path));
                }
                exists = true;
            }
        }
        throw exists ? ApiErrors.methodNotAllowed() : ApiErrors.notFound();
    }

    private static List<String> segments(String path) {
        int end = path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length();
        return List.of(path.substring(0, end).split("/", -1));
    }
}
