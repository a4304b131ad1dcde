package dev.nexus.broker.database;

import dev.nexus.broker.batch.ExpectedWait;
import dev.nexus.broker.batch.TenantQueue;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.ApiException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Shares the connections of the pool among the tenants. The requests that need their own connection use at most half of
 * the pool, so that shared lookups, lists and background jobs find a free connection. Further requests wait, and the
 * tenants are served round-robin. One tenant leaves a quarter of the turns to the others, at least one. If its requests
 * are slow, for example because they wait for locks, another tenant therefore still gets a turn. Two such tenants can
 * use all turns. If the database does not keep up with a tenant, the excess of this tenant is rejected immediately
 * ({@link ExpectedWait}). Thread-safe.
 *
 * <p>Do not run work in a turn that waits for another turn.
 */
@ApplicationScoped
public class DatabaseTurns {

    /** The longest wait. The same as for a connection of the pool. */
    private static final long MAX_WAIT_MILLIS = DatabasePool.ACQUISITION_MILLIS;

    private final Vertx vertx;
    private final int max;
    private final int maxOfTenant;
    private final LongSupplier nanoTime;
    private final long maxWaitMillis;
    private final Counter rejected;
    private final TenantQueue<Turn> waiting = new TenantQueue<>();
    private final ExpectedWait expectedWait;

    /** Has only tenants with a turn, so at most {@link #max} entries. */
    private final Map<String, Integer> runningOfTenant = new HashMap<>();

    private int running;

    @Inject
    DatabaseTurns(
            Vertx vertx,
            @ConfigProperty(name = "quarkus.datasource.reactive.max-size", defaultValue = "20") int poolSize,
            MeterRegistry meters) {
        this(vertx, Math.max(1, poolSize / 2), meters, System::nanoTime, MAX_WAIT_MILLIS);
    }

    /** @param max the number of turns at the same time. With one turn, a tenant can use it */
    DatabaseTurns(Vertx vertx, int max, MeterRegistry meters, LongSupplier nanoTime, long maxWaitMillis) {
        this.vertx = vertx;
        this.max = max;
        this.maxOfTenant = Math.max(1, max - Math.max(1, max / 4));
        this.nanoTime = nanoTime;
        this.maxWaitMillis = maxWaitMillis;
        this.expectedWait = new ExpectedWait(maxOfTenant, 1);
        this.rejected = Counter.builder("nexus.requests.rejected")
                .description("Requests that were rejected because of an overload, by limit")
                .tag("limit", "database")
                .register(meters);
        Gauge.builder("nexus.database.waiting", this, DatabaseTurns::waiting)
                .description("Requests that wait for their turn on the database")
                .strongReference(true)
                .register(meters);
    }

    private synchronized int waiting() {
        return waiting.size();
    }

    /**
     * Runs {@code work} in a turn of the tenant, on the Vert.x context of the caller if it has one. The turn ends when
     * the work ends, also if the caller no longer waits. Work whose caller has cancelled before its start does not run.
     *
     * @return fails with {@link ApiException} unavailable if too many requests of the tenant wait, or after a wait of
     *     750 ms. Not rate_limited: requests also accumulate if the database is slow, and then the tenant has not sent
     *     too much
     */
    public <T> Uni<T> run(String tenant, Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(caller -> {
            Turn turn = new Turn(tenant, Vertx.currentContext(), own -> begin(own, work, caller));
            switch (enter(turn)) {
                case BEGIN -> begin(turn, work, caller);
                case WAIT -> await(turn, caller);
                case REJECT ->
                    reject(
                            caller,
                            new ApiException(
                                    ErrorCode.UNAVAILABLE,
                                    "Too many requests of this tenant wait for the database. Send fewer concurrent"
                                            + " requests and retry."));
            }
        });
    }

    private enum Entry {
        BEGIN,
        WAIT,
        REJECT
    }

    private synchronized Entry enter(Turn turn) {
        if (hasFreeTurn(turn.tenant)) {
            take(turn);
            return Entry.BEGIN;
        }
        if (isOverloaded(turn.tenant)) {
            return Entry.REJECT;
        }
        waiting.add(turn.tenant, turn);
        return Entry.WAIT;
    }

    private boolean hasFreeTurn(String tenant) {
        return running < max && runningOfTenant.getOrDefault(tenant, 0) < maxOfTenant;
    }

    /**
     * The average duration includes the turns of other tenants, which may wait for locks. So a tenant with fewer
     * waiting requests than turns is not overloaded.
     */
    private boolean isOverloaded(String tenant) {
        return waiting.size(tenant) >= maxOfTenant && expectedWait.isOverloaded(waiting, tenant);
    }

    private void take(Turn turn) {
        turn.taken = true;
        running++;
        runningOfTenant.put(turn.tenant, runningOfTenant.getOrDefault(turn.tenant, 0) + 1);
    }

    private void await(Turn turn, UniEmitter<?> caller) {
        turn.timer = vertx.setTimer(maxWaitMillis, fired -> {
            if (dropIfWaiting(turn)) {
                reject(caller, ApiErrors.unavailable());
            }
        });
        caller.onTermination(() -> {
            turn.cancelled = true;
            vertx.cancelTimer(turn.timer);
            dropIfWaiting(turn);
        });
    }

    private synchronized boolean dropIfWaiting(Turn turn) {
        return !turn.taken && waiting.remove(turn.tenant, turn);
    }

    private void reject(UniEmitter<?> caller, ApiException error) {
        rejected.increment();
        caller.fail(error);
    }

    /** Does not stop the work if the caller cancels, because a running statement keeps its connection. */
    private <T> void begin(Turn turn, Supplier<Uni<T>> work, UniEmitter<? super T> caller) {
        vertx.cancelTimer(turn.timer);
        if (turn.cancelled) {
            release(turn);
            return;
        }
        long startNanos = nanoTime.getAsLong();
        Uni.createFrom()
                .deferred(() -> work.get())
                .subscribe()
                .with(
                        item -> {
                            end(turn, startNanos);
                            caller.complete(item);
                        },
                        failure -> {
                            end(turn, startNanos);
                            caller.fail(failure);
                        });
    }

    private void end(Turn turn, long startNanos) {
        synchronized (this) {
            expectedWait.add(nanoTime.getAsLong() - startNanos);
        }
        release(turn);
    }

    /** Gives the turn to the next tenant that may have one more. At most one can: the others wait at their limit. */
    private void release(Turn turn) {
        Optional<Turn> next;
        synchronized (this) {
            running--;
            int others = runningOfTenant.getOrDefault(turn.tenant, 0) - 1;
            if (others == 0) {
                runningOfTenant.remove(turn.tenant);
            } else {
                runningOfTenant.put(turn.tenant, others);
            }
            next = waiting.remove(this::hasFreeTurn);
            next.ifPresent(this::take);
        }
        next.ifPresent(Turn::runOnContext);
    }

    private static final class Turn {

        private static final long NO_TIMER = -1;

        private final String tenant;
        private final @Nullable Context context;
        private final Consumer<Turn> work;

        /** Whether the turn runs or is the next one to run. Read and written only in synchronized methods. */
        private boolean taken;

        /** Whether the caller no longer waits. It can cancel while {@link #work} waits for its context. */
        private volatile boolean cancelled;

        /** Ends the wait. A timer that is set too late to be cancelled does nothing. */
        private volatile long timer = NO_TIMER;

        private Turn(String tenant, @Nullable Context context, Consumer<Turn> work) {
            this.tenant = tenant;
            this.context = context;
            this.work = work;
        }

        /** Runs the work with the log fields of the waiting request, not of the request that has ended. */
        private void runOnContext() {
            if (context == null) {
                work.accept(this);
            } else {
                context.runOnContext(ignored -> work.accept(this));
            }
        }
    }
}
