package dev.nexus.gateway.broker;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Adds the headers of a {@link ServiceCall} to every request of the REST client. A thread-local variable passes the
 * service call to the filter: the REST client runs its request filters in the subscribing thread, before the
 * subscription returns. A request without a service call fails.
 */
final class ServiceCallFilter implements ClientRequestFilter {

    private static final ThreadLocal<@Nullable ServiceCall> NEXT = new ThreadLocal<>();

    /** Returns a Uni that creates and sends {@code request} with the headers of {@code call}. */
    static <T> Uni<T> send(ServiceCall call, Supplier<Uni<T>> request) {
        return Uni.createFrom().deferred(() -> {
            Uni<T> prepared = request.get();
            NEXT.set(call);
            return prepared;
        });
    }

    @Override
    public void filter(ClientRequestContext request) {
        ServiceCall call = NEXT.get();
        NEXT.remove();
        if (call == null) {
            throw new IllegalStateException("a request to the Broker without a service call");
        }
        call.addHeaders(request.getHeaders()::putSingle);
    }
}
