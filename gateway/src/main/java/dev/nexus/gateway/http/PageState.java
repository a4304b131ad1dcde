package dev.nexus.gateway.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Reads the state that a browser presents to the hosted page. */
public interface PageState {

    /** The state in the cookie of {@code request}. Empty without a cookie. */
    Optional<String> in(HttpServerRequest request);
}
