package dev.nexus.gateway.http;

import dev.nexus.contracts.InternalHeaders;
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
    private static final int MAX_LENGTH = 64;

    private RequestId() {}

    /** The id of this request, 1–64 characters. */
    public static String of(RoutingContext context) {
        String known = context.get(KEY);
        if (known != null) {
            return known;
        }
        String id = Optional.ofNullable(context.request().getHeader(InternalHeaders.REQUEST_ID))
                .filter(RequestId::isValid)
                .orElseGet(() -> UUID.randomUUID().toString());
        context.put(KEY, id);
        return id;
    }

    private static boolean isValid(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean alphanumeric = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!alphanumeric && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return !id.isEmpty() && id.length() <= MAX_LENGTH;
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
