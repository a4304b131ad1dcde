package dev.nexus.broker.servicetoken;

import dev.nexus.broker.web.Caller;
import dev.nexus.broker.web.RequestLog;
import dev.nexus.contracts.InternalHeaders;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.MDC;

/** Who is behind the current request: from its verified service token and its request id. */
@ApplicationScoped
public class Callers {

    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final SecurityIdentity identity;
    private final RoutingContext request;

    Callers(SecurityIdentity identity, RoutingContext request) {
        this.identity = identity;
        this.request = request;
    }

    /** Only within a request that has been authenticated. */
    public Caller current() {
        JsonWebToken token = (JsonWebToken) identity.getPrincipal();
        Caller caller = new Caller(
                Optional.ofNullable(token.<String>getClaim(InternalHeaders.CLAIM_TENANT))
                        .orElse(""),
                token.getClaim(InternalHeaders.CLAIM_KEY_ID),
                requestId());
        if (!caller.presentsState()) {
            MDC.put(RequestLog.TENANT, caller.tenant());
        }
        return caller;
    }

    private String requestId() {
        return Optional.ofNullable(request.request().getHeader(InternalHeaders.REQUEST_ID))
                .filter(id -> REQUEST_ID.matcher(id).matches())
                .orElseGet(() -> UUID.randomUUID().toString());
    }
}
