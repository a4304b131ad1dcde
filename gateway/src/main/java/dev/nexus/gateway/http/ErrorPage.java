package dev.nexus.gateway.http;

import dev.nexus.runtime.ApiException;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Shows an error to a person, as HTML. */
public interface ErrorPage {

    /** Whether the response to {@code request} is a page: it comes from a browser, and its route has a page. */
    boolean isFor(RoutingContext request);

    /** Creates the page for {@code failure}. */
    Page of(RoutingContext request, ApiException failure);

    /**
     * A page.
     *
     * @param headers the response headers, with Content-Type
     */
    record Page(Map<String, String> headers, String html) {}
}
