package dev.nexus.broker.http;

import dev.nexus.contracts.InternalHeaders;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Adds the request's id to each of its log lines. Authentication adds the tenant. */
public class RequestLog {

    /** The log field of the tenant. */
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
