package dev.nexus.runtime;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The routes of a service. Each service produces its own. A path parameter matches any segment, also an invalid id,
 * because the templates are only used to keep parameters out of metric labels.
 */
public final class KnownRoutes {

    private final List<PathTemplate> routes;

    /** @param templates the routes, such as {@code /v1/token/{id}} */
    public KnownRoutes(Set<String> templates) {
        this.routes = templates.stream().sorted().map(PathTemplate::of).toList();
    }

    /** Returns the template that {@code path} matches; empty if none does. */
    Optional<String> template(String path) {
        for (PathTemplate route : routes) {
            if (route.matches(path)) {
                return Optional.of(route.toString());
            }
        }
        return Optional.empty();
    }
}
