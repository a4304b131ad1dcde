package dev.nexus.gateway.http;

import dev.nexus.runtime.ApiException;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** How a refusal looks to a person. */
public interface ErrorPage {

    /** Whether {@code request} is one that is answered with pages: a browser's, on a route that has one. */
    boolean isFor(RoutingContext request);

    Page of(RoutingContext request, ApiException failure);

    /**
     * A page.
     *
     * @param headers those that it is served with, its type among them
     */
    record Page(Map<String, String> headers, String html) {}
}
