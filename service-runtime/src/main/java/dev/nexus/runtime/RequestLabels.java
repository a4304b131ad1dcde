package dev.nexus.runtime;

import io.micrometer.core.instrument.Tags;
import io.quarkus.micrometer.runtime.HttpServerMetricsTagsContributor;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The labels of {@code http.server.requests} that a caller could otherwise choose. Quarkus gives the path itself to a request
 * that is refused before its route is found, and the method as it came: without a key anybody could put ids into labels, and
 * make as many of them as there is memory for. A filter of the registry would come too late, since Micrometer holds every
 * name that it has filtered.
 */
@Singleton
class RequestLabels implements HttpServerMetricsTagsContributor {

    static final String UNKNOWN = "UNKNOWN";
    static final String OTHER = "OTHER";

    /** RFC 9110, 9, and RFC 5789. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private final KnownRoutes routes;

    RequestLabels(KnownRoutes routes) {
        this.routes = routes;
    }

    @Override
    public Tags contribute(Context context) {
        return of(context.request().method().name(), context.request().path());
    }

    Tags of(String method, @Nullable String path) {
        return Tags.of(
                "method",
                METHODS.contains(method) ? method : OTHER,
                "uri",
                path == null ? UNKNOWN : routes.template(path).orElse(UNKNOWN));
    }
}
