package dev.nexus.broker.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.jspecify.annotations.Nullable;

/**
 * Limits the database connections that lists use, so that token reads keep theirs. All tenants share a quarter of the
 * pool, and one tenant may use half of this quarter, but at least one connection. Further lists wait in a queue. If the
 * queue is full, a list is rejected immediately. A list keeps its slot until its work ends, even if its caller has
 * disconnected. Thread-safe.
 */
@ApplicationScoped
public class ListShare {

    /**
     * The queue length for each slot. The queue is so long that a list of a well-behaved caller reaches its deadline
     * before the queue is full.
     */
    private static final int QUEUED_PER_SLOT = 64;

    private static final int MAX_TENANTS = 10_000;

    /** Longer than any list runs, so that a guard does not expire while it counts a running list. */
    private static final Duration EVICT_AFTER = Duration.ofMinutes(5);

    private final int slotsPerTenant;
    private final TypedGuard<Uni<Object>> all;
    private final Cache<String, TypedGuard<Uni<Object>>> tenants;

    ListShare(@ConfigProperty(name = "quarkus.datasource.reactive.max-size", defaultValue = "20") int poolSize) {
        int slots = Math.max(1, poolSize / 4);
        this.slotsPerTenant = Math.max(1, slots / 2);
        this.all = guard(slots);
        this.tenants = Caffeine.newBuilder()
                .maximumSize(MAX_TENANTS)
                .expireAfterAccess(EVICT_AFTER)
                .build();
    }

    private static final class Answer extends TypeLiteral<Uni<Object>> {
        private static final long serialVersionUID = 1L;
    }

    private static TypedGuard<Uni<Object>> guard(int slots) {
        return TypedGuard.create(new Answer())
                .withDescription("lists")
                .withBulkhead()
                .limit(slots)
                .queueSize(slots * QUEUED_PER_SLOT)
                .done()
                .build();
    }

    /**
     * Runs {@code list} in a slot of the tenant.
     *
     * @return fails with {@link ApiException} unavailable if the queue of the tenant or of all tenants is full. Not
     *     rate_limited: a queue also fills up if the database is slow, and then the tenant has not sent too much
     */
    @SuppressWarnings("unchecked")
    public <T> Uni<T> run(String tenant, Supplier<Uni<T>> list) {
        return Uni.createFrom().deferred(() -> {
            Context own = Vertx.currentContext();
            AtomicBoolean cancelled = new AtomicBoolean();
            Uni<Object> started = onContext(own, Uni.createFrom().deferred(() -> begin(list, cancelled)));
            Uni<Object> answer = limited(tenant, started).onCancellation().invoke(() -> cancelled.set(true));
            return (Uni<T>) (own == null ? answer : answer.emitOn(next -> own.runOnContext(ignored -> next.run())));
        });
    }

    private Uni<Object> limited(String tenant, Uni<Object> list) {
        Supplier<Uni<Object>> limited = () -> all.get(() -> list)
                .onFailure(BulkheadException.class)
                .transform(full ->
                        new ApiException(ErrorCode.UNAVAILABLE, "Too many list requests are waiting. Retry later."));
        return tenants.get(tenant, own -> guard(slotsPerTenant))
                .get(limited)
                .onFailure(BulkheadException.class)
                .transform(
                        full -> new ApiException(
                                ErrorCode.UNAVAILABLE,
                                "Too many list requests of this tenant are waiting. Send fewer concurrent requests and retry."));
    }

    /** Starts the list. Fails if the caller has disconnected while the list was queued. */
    private static <T> Uni<Object> begin(Supplier<Uni<T>> list, AtomicBoolean cancelled) {
        return cancelled.get()
                ? Uni.createFrom().failure(new CancellationException("The caller no longer waits for this list"))
                : list.get().map(found -> found);
    }

    /** Starts a queued list on the context of its request, not on that of the request that freed the slot. */
    private static Uni<Object> onContext(@Nullable Context own, Uni<Object> list) {
        return own == null ? list : list.runSubscriptionOn(next -> own.runOnContext(ignored -> next.run()));
    }
}
