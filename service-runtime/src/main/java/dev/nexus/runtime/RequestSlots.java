package dev.nexus.runtime;

import dev.nexus.contracts.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Limits the requests in progress of a replica, in total and for each tenant ({@link TenantSlots}). A tenant with too
 * many or too slow requests cannot use up the memory, the event loops and the connections between the services. Rejects
 * the excess immediately, so that a rejection costs almost no work. Does not count work that continues after its client
 * has disconnected: the limits of that work bound it. Thread-safe.
 */
@ApplicationScoped
public class RequestSlots {

    /**
     * The requests in progress. Bounds the memory for their bodies to 64 MiB, because a body has at most 64 KiB. Is
     * half of the requests that the connections of a Gateway to the Broker can carry. One tenant can use half of it:
     * with latencies of 20 ms, this is enough for 25,000 requests per second.
     */
    static final int MAX = 1_024;

    private final TenantSlots slots = new TenantSlots(MAX);
    private final Counter rejected;

    RequestSlots(MeterRegistry meters) {
        this.rejected = Counter.builder("nexus.requests.rejected")
                .description("Requests that were rejected because of an overload, by limit")
                .tag("limit", "requests")
                .register(meters);
        Gauge.builder("nexus.requests.active", slots, TenantSlots::used)
                .description("Requests in progress")
                .strongReference(true)
                .register(meters);
    }

    /**
     * Takes a slot for a request. Releases it when the response has been sent or the connection has closed. Call this
     * method before the response is sent, and only if the connection is open ({@link Connections#isClosed}).
     *
     * <p>The end handlers of the request must not throw. They run in reverse order, and after an exception the others
     * do not run, so that the slot would never be released.
     *
     * @param tenant the tenant, or another key for requests without a tenant. The requests with this key share the
     *     slots of one tenant
     * @return releases the slot before the end of the request. Does nothing if the slot is already released
     * @throws ApiException unavailable if no slot is free for the tenant. Not rate_limited: requests also accumulate
     *     if a dependency is slow, and then the tenant has not sent too much
     */
    public Runnable acquire(RoutingContext request, String tenant) {
        Runnable release = slots.take(tenant).orElseThrow(() -> {
            rejected.increment();
            return new ApiException(
                    ErrorCode.UNAVAILABLE,
                    "Too many requests of this tenant or client address are in progress. Send fewer concurrent"
                            + " requests, and retry after the time in the header Retry-After.");
        });
        request.addEndHandler(ended -> release.run());
        return release;
    }
}
