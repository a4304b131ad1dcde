package dev.nexus.broker.batch;

import dev.nexus.runtime.RequestContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Combines the items of concurrent callers into shared calls, without a timer. If fewer calls than the limit are
 * running, an item is sent immediately. Otherwise the item waits. When a call ends, the next call takes all waiting
 * items, up to the limit of one call. Without load, the items therefore do not wait. The number of items in a call
 * grows with the load. If more items wait than one call can take, the tenants are served round-robin, so that a tenant
 * with many items does not delay others. Thread-safe.
 *
 * @param <I> the item of one caller
 * @param <O> the result for one item
 */
public final class NaturalBatch<I, O> {

    /**
     * If a call fails, the waiting items that have waited this long fail too. They do not wait for the next call.
     * Without this rule, an item could wait for several failed calls during an outage, and get its error only after
     * several time-outs.
     */
    private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Function<List<I>, Uni<List<O>>> call;
    private final Limits limits;
    private final LongSupplier nanoTime;
    private final TenantQueue<Queued<I, O>> waiting = new TenantQueue<>();
    private final ExpectedWait expectedWait;
    private int inFlight;

    /**
     * @param call returns one result for each item, in the order of the items. If the call fails, each of its items
     *     fails
     * @param limits bounds on calls, items and waiting callers
     */
    public NaturalBatch(Function<List<I>, Uni<List<O>>> call, Limits limits) {
        this(call, limits, System::nanoTime);
    }

    NaturalBatch(Function<List<I>, Uni<List<O>>> call, Limits limits, LongSupplier nanoTime) {
        this.call = call;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.expectedWait = new ExpectedWait(limits.calls(), limits.items());
    }

    /**
     * Bounds of a batch.
     *
     * @param calls concurrent calls, at least 1
     * @param items items in one call, at least 1
     * @param waiting items that may wait. A further item fails with RejectedExecutionException
     */
    public record Limits(int calls, int items, int waiting) {
        public Limits {
            if (calls < 1 || items < 1 || waiting < 1) {
                throw new IllegalArgumentException("calls, items and waiting must be at least 1");
            }
        }
    }

    /**
     * Returns the result for {@code item}, on the Vert.x context of the caller if it has one. Fails with the failure of
     * the call, or with the failure of an earlier call if the item has waited for 250 ms. Fails with
     * {@link RejectedExecutionException} if too many items wait, or if the calls do not keep up with the items of the
     * tenant ({@link ExpectedWait}).
     *
     * @param tenant the tenant of the item; empty if it belongs to none
     */
    public Uni<O> submit(String tenant, I item) {
        return Uni.createFrom().emitter(emitter -> {
            Queued<I, O> one = new Queued<>(tenant, item, emitter, Vertx.currentContext(), nanoTime.getAsLong());
            synchronized (this) {
                if (waiting.size() >= limits.waiting() || expectedWait.isOverloaded(waiting, tenant)) {
                    emitter.fail(new RejectedExecutionException("too many callers wait for a shared call"));
                    return;
                }
                waiting.add(tenant, one);
            }
            emitter.onTermination(() -> dropIfQueued(one));
            drain();
        });
    }

    /** Drops a queued item whose caller has cancelled. */
    private synchronized void dropIfQueued(Queued<I, O> one) {
        if (!one.taken) {
            waiting.remove(one.tenant, one);
        }
    }

    private void drain() {
        for (List<Queued<I, O>> batch = takeBatch(); !batch.isEmpty(); batch = takeBatch()) {
            send(batch);
        }
    }

    private synchronized List<Queued<I, O>> takeBatch() {
        List<Queued<I, O>> batch = new ArrayList<>();
        if (inFlight < limits.calls()) {
            while (batch.size() < limits.items() && !waiting.isEmpty()) {
                Queued<I, O> next = waiting.remove();
                next.taken = true;
                batch.add(next);
            }
            if (!batch.isEmpty()) {
                inFlight++;
            }
        }
        return batch;
    }

    /** Takes the items that have waited so long that they fail together with a failed call. */
    private synchronized List<Queued<I, O>> takeOverdue() {
        long now = nanoTime.getAsLong();
        List<Queued<I, O>> overdue = waiting.removeOldest(queued -> now - queued.sinceNanos >= MAX_WAIT_NANOS);
        overdue.forEach(one -> one.taken = true);
        return overdue;
    }

    /**
     * Runs the call on the context of its first item. The log lines and spans of the call therefore belong to a caller
     * of this call, not to a caller of an earlier call. If the first item has no context, the call runs on the current
     * thread and its context, which can be the context of an earlier call.
     */
    private void send(List<Queued<I, O>> batch) {
        batch.get(0).runNowOrOnContext(() -> call(batch));
    }

    private void call(List<Queued<I, O>> batch) {
        long startNanos = nanoTime.getAsLong();
        Uni.createFrom()
                .deferred(() -> call.apply(batch.stream().map(one -> one.item).toList()))
                .subscribe()
                .with(
                        results -> {
                            releaseCall(startNanos);
                            deliver(batch, results);
                        },
                        failure -> {
                            List<Queued<I, O>> overdue = takeOverdue();
                            releaseCall(startNanos);
                            batch.forEach(one -> one.fail(failure));
                            overdue.forEach(one -> one.fail(failure));
                        });
    }

    private void deliver(List<Queued<I, O>> batch, List<O> results) {
        if (results.size() != batch.size()) {
            IllegalStateException mismatch = new IllegalStateException(
                    "a call with " + batch.size() + " items returned " + results.size() + " results");
            batch.forEach(one -> one.fail(mismatch));
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).complete(results.get(i));
        }
    }

    private void releaseCall(long startNanos) {
        synchronized (this) {
            expectedWait.add(nanoTime.getAsLong() - startNanos);
            inFlight--;
        }
        drain();
    }

    /** One queued item. Two are equal only if they are the same object, even if their items are equal. */
    private static final class Queued<I, O> {

        private final String tenant;
        private final I item;
        private final UniEmitter<? super O> emitter;
        private final @Nullable Context context;
        private final long sinceNanos;
        private boolean taken;

        Queued(String tenant, I item, UniEmitter<? super O> emitter, @Nullable Context context, long sinceNanos) {
            this.tenant = tenant;
            this.item = item;
            this.emitter = emitter;
            this.context = context;
            this.sinceNanos = sinceNanos;
        }

        void complete(O result) {
            onContext(() -> emitter.complete(result));
        }

        void fail(Throwable failure) {
            onContext(() -> emitter.fail(failure));
        }

        /**
         * Runs {@code action} on the item's context: immediately if this thread is already on it, otherwise later. If
         * the item has no context, runs {@code action} immediately.
         */
        void runNowOrOnContext(Runnable action) {
            if (context == null) {
                action.run();
            } else {
                RequestContext.run(context, action);
            }
        }

        private void onContext(Runnable delivery) {
            if (context == null) {
                delivery.run();
            } else {
                context.runOnContext(ignored -> delivery.run());
            }
        }
    }
}
