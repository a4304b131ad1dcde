package dev.nexus.runtime;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The paths that a service serves; each service produces its own. The shape of a path parameter is of no account: what
 * counts is that a label never holds one.
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

    /** @param templates such as {@code /v1/token/{id}} */
    public KnownRoutes(Set<String> templates) {
        this.routes = templates.stream().sorted().map(Route::of).toList();
    }

    /** The template that {@code path} is of. */
    Optional<String> template(String path) {
        return routes.stream()
                .filter(route -> route.path().matcher(path).matches())
                .map(Route::template)
                .findFirst();
    }
}
