package dev.nexus.gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Closes the connection of a request that was answered before its whole body was received. The Gateway supports only
 * HTTP/1.0 and HTTP/1.1, so the connection has no other request at the same time.
 */
final class OutstandingBody {

    /**
     * The maximum time in which the rest of the body is read and discarded. Closing a connection with unread data
     * resets it, and the client may lose the response (RFC 9112, 9.6).
     */
    private static final long LINGER_MILLIS = 2_000;

    private OutstandingBody() {}

    /**
     * After the response, closes the connection when the rest of the body has arrived, at the latest after two seconds.
     */
    static void closeAfterResponse(RoutingContext context) {
        // Read here, because an injected context is a proxy that is usable only until the response ends.
        HttpServerRequest request = context.request();
        HttpConnection connection = request.connection();
        Vertx vertx = context.vertx();
        ClosingConnections.add(connection);
        context.addEndHandler(ended -> {
            if (request.isEnded()) {
                connection.close();
                return;
            }
            long timer = vertx.setTimer(LINGER_MILLIS, fired -> connection.close());
            request.handler(discarded -> {});
            request.endHandler(received -> {
                vertx.cancelTimer(timer);
                connection.close();
            });
            request.resume();
        });
    }
}
