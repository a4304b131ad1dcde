package dev.nexus.broker.http;

import dev.nexus.contracts.InternalHeaders;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** What stands in every log line of a request: its id, and its tenant once that is known. */
public class RequestLog {

    /** The tenant's field. */
    public static final String TENANT = "tenant";

    private static final String KEY = "requestId";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @ServerRequestFilter(preMatching = true)
    public void note(ContainerRequestContext request) {
        String id = request.getHeaderString(InternalHeaders.REQUEST_ID);
        if (isRequestId(id)) {
            MDC.put(KEY, id);
        }
    }

    private static boolean isRequestId(@Nullable String id) {
        return id != null && FORM.matcher(id).matches();
    }
}
