package dev.nexus.broker.http;

import dev.nexus.contracts.InternalHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/** The fields that all log lines of a request have. */
public final class RequestLog {

    /** The log field of the tenant. */
    public static final String TENANT = "tenant";

    private static final String REQUEST_ID = "requestId";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private RequestLog() {}

    /** Adds the id of the request to its log lines, and returns the id. A request without a valid id gets a new one. */
    public static String begin(HttpServerRequest request) {
        String sent = request.getHeader(InternalHeaders.REQUEST_ID);
        String id = sent != null && FORM.matcher(sent).matches()
                ? sent
                : UUID.randomUUID().toString();
        MDC.put(REQUEST_ID, id);
        return id;
    }
}
