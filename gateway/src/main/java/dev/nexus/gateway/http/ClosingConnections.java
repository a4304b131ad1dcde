package dev.nexus.gateway.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The connections that close after the current response. Vert.x may already have read a next request on such a
 * connection, and it would handle that request. The server must not (RFC 9112, 9.6).
 */
final class ClosingConnections {

    private static final Set<HttpConnection> CLOSING =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private ClosingConnections() {}

    /**
     * From now on, {@link #discards} returns true for each request on {@code connection}. Does not close the connection:
     * the code that calls this method closes it after the current response.
     */
    static void add(HttpConnection connection) {
        CLOSING.add(connection);
    }

    /** Returns true if the request must not be handled. In this case, closes its connection. */
    static boolean discards(RoutingContext context) {
        HttpConnection connection = context.request().connection();
        if (!CLOSING.contains(connection)) {
            return false;
        }
        connection.close();
        return true;
    }
}
