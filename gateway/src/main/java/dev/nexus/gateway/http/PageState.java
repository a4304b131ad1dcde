package dev.nexus.gateway.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Reads the state that a browser presents to the hosted page. */
public interface PageState {

    /** The state that {@code request} carries in its cookie; empty if there is none. */
    Optional<String> in(HttpServerRequest request);
}
