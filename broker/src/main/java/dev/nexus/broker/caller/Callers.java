package dev.nexus.broker.caller;

import dev.nexus.broker.http.Deadline;
import dev.nexus.broker.http.RequestLog;
import dev.nexus.contracts.InternalHeaders;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/** The caller of the current request, for resources. */
@ApplicationScoped
public class Callers {

    private static final String KEY = "nexus.caller";

    /** The characters of an IPv4 or IPv6 address. The Gateway has parsed the address. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f:.]{2,45}");

    private final RoutingContext http;

    Callers(RoutingContext http) {
        this.http = http;
    }

    /**
     * Identifies the caller of a request from its verified service token. Adds the tenant of the token, if it has one,
     * to the log lines of the request.
     */
    static Caller identify(RoutingContext http, ServiceToken token, String requestId) {
        Caller caller = new Caller(token.tenant(), token.keyId(), requestId, address(http.request()));
        if (!caller.presentsState()) {
            MDC.put(RequestLog.TENANT, caller.tenant());
        }
        http.put(KEY, caller);
        return caller;
    }

    /** Returns the caller. Call this method only during a request, after the checks of the pipeline. */
    public Caller current() {
        return Objects.requireNonNull(http.get(KEY), "RequestPipeline has not identified the caller");
    }

    /** Runs a use case for the current caller, within a {@link Deadline}. */
    public <T> Uni<T> run(Function<Caller, Uni<T>> useCase) {
        Caller caller = current();
        return Deadline.within(Uni.createFrom().deferred(() -> useCase.apply(caller)));
    }

    private static @Nullable String address(HttpServerRequest request) {
        String address = request.getHeader(InternalHeaders.CLIENT_ADDRESS);
        return address != null && ADDRESS.matcher(address).matches() ? address : null;
    }
}
