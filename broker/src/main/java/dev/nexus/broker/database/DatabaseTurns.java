package dev.nexus.broker.database;

import dev.nexus.broker.batch.ExpectedWait;
import dev.nexus.broker.batch.TenantQueue;
import dev.nexus.contracts.ErrorCode;
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
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Shares the connections of the pool among the tenants. The requests that need their own connection use at most half of
 * the pool. Further requests wait, and the tenants are served round-robin. A tenant that sends too many requests
 * therefore delays another tenant by at most one of its requests, and shared lookups, lists and background jobs find a
 * free connection. If the database does not keep up with a tenant, the excess of this tenant is rejected immediately
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
    private final LongSupplier nanoTime;
    private final Counter rejected;
    private final TenantQueue<Turn> waiting = new TenantQueue<>();
    private final ExpectedWait expectedWait;
    private int running;

    @Inject
    DatabaseTurns(
            Vertx vertx,
            @ConfigProperty(name = "quarkus.datasource.reactive.max-size", defaultValue = "20") int poolSize,
            MeterRegistry meters) {
        this(vertx, Math.max(1, poolSize / 2), meters, System::nanoTime);
    }

    /** @param max the number of turns at the same time */
    DatabaseTurns(Vertx vertx, int max, MeterRegistry meters, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.max = max;
        this.nanoTime = nanoTime;
        this.expectedWait = new ExpectedWait(max, 1);
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
     * the work ends, also if the caller no longer waits. Work whose caller has cancelled before its turn does not run.
     *
     * @return fails with {@link ApiException} unavailable if too many requests of the tenant wait, or after a wait of
     *     750 ms. Not rate_limited: requests also accumulate if the database is slow, and then the tenant has not sent
     *     too much
     */
    public <T> Uni<T> run(String tenant, Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(caller -> {
            Turn turn = new Turn(tenant, Vertx.currentContext(), () -> begin(work, caller));
            switch (enter(turn)) {
                case BEGIN -> turn.work.run();
                case WAIT -> {
                    long timer = vertx.setTimer(MAX_WAIT_MILLIS, fired -> {
                        if (dropIfWaiting(turn)) {
                            reject(caller);
                        }
                    });
                    caller.onTermination(() -> {
                        vertx.cancelTimer(timer);
                        dropIfWaiting(turn);
                    });
                }
                case REJECT -> reject(caller);
            }
        });
    }

    private enum Entry {
        BEGIN,
        WAIT,
        REJECT
    }

    private synchronized Entry enter(Turn turn) {
        if (running < max) {
            running++;
            return Entry.BEGIN;
        }
        if (expectedWait.isOverloaded(waiting, turn.tenant)) {
            return Entry.REJECT;
        }
        waiting.add(turn.tenant, turn);
        return Entry.WAIT;
    }

    private synchronized boolean dropIfWaiting(Turn turn) {
        return waiting.remove(turn.tenant, turn);
    }

    private void reject(UniEmitter<?> caller) {
        rejected.increment();
        caller.fail(new ApiException(
                ErrorCode.UNAVAILABLE,
                "Too many requests of this tenant wait for the database. Send fewer concurrent requests and retry."));
    }

    /** Does not stop the work if the caller cancels, because a statement that has begun keeps its connection. */
    private <T> void begin(Supplier<Uni<T>> work, UniEmitter<? super T> caller) {
        long begun = nanoTime.getAsLong();
        Uni.createFrom()
                .deferred(() -> work.get())
                .subscribe()
                .with(
                        item -> {
                            end(begun);
                            caller.complete(item);
                        },
                        failure -> {
                            end(begun);
                            caller.fail(failure);
                        });
    }

    private void end(long begun) {
        Turn next;
        synchronized (this) {
            expectedWait.add(nanoTime.getAsLong() - begun);
            if (waiting.isEmpty()) {
                running--;
                return;
            }
            next = waiting.remove();
        }
        next.runOnContext();
    }

    private static final class Turn {

        private final String tenant;
        private final @Nullable Context context;
        private final Runnable work;

        private Turn(String tenant, @Nullable Context context, Runnable work) {
            this.tenant = tenant;
            this.context = context;
            this.work = work;
        }

        /** Runs the work with the log fields of the waiting request, not of the request that has ended. */
        private void runOnContext() {
            if (context == null) {
                work.run();
            } else {
                context.runOnContext(ignored -> work.run());
            }
        }
    }
}
