package dev.nexus.gateway.http;

import dev.nexus.runtime.ApiException;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Renders errors as HTML for browsers. */
public interface ErrorPage {

    /**
     * Returns true if an error of {@code request} must be an HTML page: the client prefers HTML, and the path belongs
     * to the hosted page.
     */
    boolean isFor(RoutingContext request);

    /** Renders the page for {@code failure}. */
    Page of(RoutingContext request, ApiException failure);

    /**
     * An HTML response.
     *
     * @param headers the response headers, with Content-Type
     * @param html the response body
     */
    record Page(Map<String, String> headers, String html) {}
}
