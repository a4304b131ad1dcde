package dev.nexus.runtime;

import io.micrometer.core.instrument.Tags;
import io.quarkus.micrometer.runtime.HttpServerMetricsTagsContributor;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Limits the labels {@code uri} and {@code method} of {@code http.server.requests} to known values. By default, Quarkus
 * uses the raw path of a request that is refused before routing, and the raw method. Callers without an API key could
 * then put ids into labels and exhaust the memory. A meter filter is too late, because Micrometer stores every name
 * that it has filtered.
 */
@Singleton
class RequestLabels implements HttpServerMetricsTagsContributor {

    static final String UNKNOWN = "UNKNOWN";
    static final String OTHER = "OTHER";

    /** The methods of RFC 9110, section 9, and of RFC 5789. */
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
