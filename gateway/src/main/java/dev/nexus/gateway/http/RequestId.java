package dev.nexus.gateway.http;

import dev.nexus.contracts.InternalHeaders;
import dev.nexus.runtime.RequestIdFormat;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.MDC;

/**
 * The id of a request: the caller's X-Request-Id if it matches {@code [A-Za-z0-9._-]{1,64}}, otherwise a UUID. The id
 * is in the response, in the log lines of the request, and in the requests to the Broker.
 */
public final class RequestId {

    private static final String KEY = "nexus.request-id";

    private RequestId() {}

    /** The id of this request, 1–64 characters. */
    public static String of(RoutingContext context) {
        String known = context.get(KEY);
        if (known != null) {
            return known;
        }
        String id = Optional.ofNullable(context.request().getHeader(InternalHeaders.REQUEST_ID))
                .filter(RequestIdFormat::matches)
                .orElseGet(() -> UUID.randomUUID().toString());
        context.put(KEY, id);
        return id;
    }

    /** Adds the id to the log and to the response. Runs before all handlers that log. */
    static void begin(RoutingContext context) {
        MDC.put("requestId", of(context));
        headers(context);
    }

    /** The headers that every response has. */
    static void headers(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader(InternalHeaders.REQUEST_ID, of(context));
        response.putHeader("Cache-Control", "no-store");
        response.putHeader("X-Content-Type-Options", "nosniff");
    }
}
