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
 * The share of the database pool that lists may use: a quarter of its connections for all tenants, and half of that for one
 * tenant, so that neither lists nor one tenant's lists take the connections that token reads need. Further lists wait in a short
 * queue. If the queue is full, a list is refused immediately. A list keeps its slot until its work ends, even if its caller has
 * disconnected. Thread-safe.
 */
@ApplicationScoped
public class ListShare {

    /** Lists that wait, for each one that may run: so many that an honest caller meets the deadline first. */
    private static final int QUEUED_PER_SLOT = 64;

    private static final int MAX_TENANTS = 10_000;

    /** Longer than any list runs, so that a guard is not forgotten while it counts one. */
    private static final Duration FORGET = Duration.ofMinutes(5);

    private final int slotsPerTenant;
    private final TypedGuard<Uni<Object>> all;
    private final Cache<String, TypedGuard<Uni<Object>>> tenants;

    ListShare(@ConfigProperty(name = "quarkus.datasource.reactive.max-size", defaultValue = "20") int poolSize) {
        int slots = Math.max(1, poolSize / 4);
        this.slotsPerTenant = Math.max(1, slots / 2);
        this.all = guard(slots);
        this.tenants = Caffeine.newBuilder()
                .maximumSize(MAX_TENANTS)
                .expireAfterAccess(FORGET)
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
     * Runs {@code list} within the tenant's share.
     *
     * @return fails with {@link ApiException} unavailable if the share of the tenant or of all is in use. Not rate_limited:
     *     a share also fills up while the database does not answer, and then the tenant has not sent too much
     */
    @SuppressWarnings("unchecked")
    public <T> Uni<T> run(String tenant, Supplier<Uni<T>> list) {
        return Uni.createFrom().deferred(() -> {
            Context own = Vertx.currentContext();
            AtomicBoolean gone = new AtomicBoolean();
            Uni<Object> begun = onContext(own, Uni.createFrom().deferred(() -> begin(list, gone)));
            Uni<Object> answer = limited(tenant, begun).onCancellation().invoke(() -> gone.set(true));
            return (Uni<T>) (own == null ? answer : answer.emitOn(next -> own.runOnContext(ignored -> next.run())));
        });
    }

    private Uni<Object> limited(String tenant, Uni<Object> list) {
        Supplier<Uni<Object>> limited = () -> all.get(() -> list)
                .onFailure(BulkheadException.class)
                .transform(full -> new ApiException(
                        ErrorCode.UNAVAILABLE, "Too many list requests wait for an answer. Retry later."));
        return tenants.get(tenant, own -> guard(slotsPerTenant))
                .get(limited)
                .onFailure(BulkheadException.class)
                .transform(full -> new ApiException(
                        ErrorCode.UNAVAILABLE,
                        "Too many list requests of this tenant wait for an answer. Send fewer at once, and retry."));
    }

    /** A queued list whose caller has disconnected takes no connection. */
    private static <T> Uni<Object> begin(Supplier<Uni<T>> list, AtomicBoolean gone) {
        return gone.get()
                ? Uni.createFrom().failure(new CancellationException("The caller no longer waits for this list"))
                : list.get().map(found -> found);
    }

    /** Starts a queued list on the context of its request, not on that of the request that freed the slot. */
    private static Uni<Object> onContext(@Nullable Context own, Uni<Object> list) {
        return own == null ? list : list.runSubscriptionOn(next -> own.runOnContext(ignored -> next.run()));
    }
}
