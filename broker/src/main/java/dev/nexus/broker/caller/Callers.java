package dev.nexus.broker.caller;

import dev.nexus.broker.http.Deadline;
import dev.nexus.broker.http.RequestLog;
import dev.nexus.contracts.InternalHeaders;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/** Identifies the caller of the current request. */
@ApplicationScoped
public class Callers {

    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** The characters of an IPv4 or IPv6 address. The Gateway has parsed the address. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f:.]{2,45}");

    private final SecurityIdentity identity;
    private final RoutingContext request;

    Callers(SecurityIdentity identity, RoutingContext request) {
        this.identity = identity;
        this.request = request;
    }

    /** Returns the caller. Call it only in an authenticated request. */
    public Caller current() {
        ServiceToken token = (ServiceToken) identity.getPrincipal();
        Caller caller = new Caller(token.tenant(), token.keyId(), requestId(), address());
        if (!caller.presentsState()) {
            MDC.put(RequestLog.TENANT, caller.tenant());
        }
        return caller;
    }

    /** Runs a use case for the current caller, within a {@link Deadline}. */
    public <T> Uni<T> run(Function<Caller, Uni<T>> useCase) {
        Caller caller = current();
        return Deadline.within(Uni.createFrom().deferred(() -> useCase.apply(caller)));
    }

    private @Nullable String address() {
        String address = request.request().getHeader(InternalHeaders.CLIENT_ADDRESS);
        return address != null && ADDRESS.matcher(address).matches() ? address : null;
    }

    private String requestId() {
        return Optional.ofNullable(request.request().getHeader(InternalHeaders.REQUEST_ID))
                .filter(id -> REQUEST_ID.matcher(id).matches())
                .orElseGet(() -> UUID.randomUUID().toString());
    }
}
