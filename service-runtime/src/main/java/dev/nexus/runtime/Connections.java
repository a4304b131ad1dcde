package dev.nexus.runtime;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/** The connections of clients. */
public final class Connections {

    private Connections() {}

    /**
     * Returns true if the connection of the request is closed. Do not handle such a request: its end handlers may never
     * run. Vert.x 4.5 handles a pipelined request after the response to the previous request, also if the connection
     * has closed in between. If the body of the pipelined request is incomplete, Vert.x then reports no end of it. The
     * report failed when the connection closed, because the request had no response yet
     * (Http1xServerRequest.handleException).
     */
    public static boolean isClosed(HttpServerRequest request) {
        // The public API does not show this state: the close handlers do not run after the failed report.
        return !((ConnectionBase) request.connection()).channel().isActive();
    }
}
