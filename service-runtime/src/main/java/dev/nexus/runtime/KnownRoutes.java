package dev.nexus.runtime;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The routes of a service. Each service produces its own. A path parameter matches any text, because the templates are only
 * used to keep parameters out of metric labels.
 */
public final class KnownRoutes {

    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");

    private final List<Route> routes;

    private record Route(String template, Pattern path) {

        static Route of(String template) {
            String[] fixed = PARAMETER.split(template, -1);
            StringBuilder path = new StringBuilder(Pattern.quote(fixed[0]));
            for (int i = 1; i < fixed.length; i++) {
                path.append("[^/]+").append(Pattern.quote(fixed[i]));
            }
            return new Route(template, Pattern.compile(path.toString()));
        }
    }

    /** @param templates the routes, such as {@code /v1/token/{id}} */
    public KnownRoutes(Set<String> templates) {
        this.routes = templates.stream().sorted().map(Route::of).toList();
    }

    /** Returns the template that {@code path} matches; empty if none does. */
    Optional<String> template(String path) {
        return routes.stream()
                .filter(route -> route.path().matcher(path).matches())
                .map(Route::template)
                .findFirst();
    }
}
