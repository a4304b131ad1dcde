package dev.nexus.gateway.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.MDC;

/**
 * Authenticates callers by the header X-API-Key. A request below {@code /v1} without a valid key gets a 401. The error
 * is the same for a missing or repeated header, and for a malformed, unknown, revoked or expired key. Other requests
 * need no key.
 */
@ApplicationScoped
class Authentication {

    private static final String HEADER = "X-API-Key";
    private static final String API = "/v1";

    private final Callers callers;

    Authentication(Callers callers) {
        this.callers = callers;
    }

    /**
     * Returns the caller. Adds it to {@code context} ({@link Caller#of}), and its tenant to the log.
     *
     * @return empty if the request has no valid key and needs none
     * @throws dev.nexus.runtime.ApiException unauthorized
     */
    Optional<Caller> check(RoutingContext context) {
        List<String> keys = context.request().headers().getAll(HEADER);
        Optional<Caller> caller = keys.size() == 1 ? callers.find(keys.get(0)) : Optional.empty();
        if (caller.isPresent()) {
            context.put(Caller.KEY, caller.get());
            MDC.put("tenant", caller.get().tenant());
        } else if (needsCaller(context.normalizedPath())) {
            context.response().putHeader("WWW-Authenticate", "ApiKey");
            throw ErrorWriter.unauthorized();
        }
        return caller;
    }

    /** Returns true if the first segment is {@code v1}, also if a matrix parameter follows it. */
    private static boolean needsCaller(String path) {
        return path.startsWith(API)
                && (path.length() == API.length()
                        || path.charAt(API.length()) == '/'
                        || path.charAt(API.length()) == ';');
    }
}
