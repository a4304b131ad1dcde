package dev.nexus.broker.http;

import dev.nexus.contracts.InternalHeaders;
import dev.nexus.runtime.RequestIdFormat;
import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;
import org.jboss.logging.MDC;

/** The fields that all log lines of a request have. */
public final class RequestLog {

    /** The log field of the tenant. */
    public static final String TENANT = "tenant";

    private static final String REQUEST_ID = "requestId";

    private RequestLog() {}

    /** Adds the id of the request to its log lines, and returns the id. A request without a valid id gets a new one. */
    public static String begin(HttpServerRequest request) {
        String sent = request.getHeader(InternalHeaders.REQUEST_ID);
        String id = sent != null && RequestIdFormat.matches(sent)
                ? sent
                : UUID.randomUUID().toString();
        MDC.put(REQUEST_ID, id);
        return id;
    }
}
