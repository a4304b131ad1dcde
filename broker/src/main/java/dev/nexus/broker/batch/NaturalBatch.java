package dev.nexus.broker.batch;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Combines the items of concurrent callers into shared calls, without a timer. If fewer calls than the limit are
 * running, an item is sent immediately. Otherwise the item waits. When a call ends, the next call takes all waiting
 * items, up to the limit of one call. Without load, the items therefore do not wait. The number of items in a call
 * grows with the load. Thread-safe.
 *
 * @param <I> the item of one caller
 * @param <O> the result for one item
 */
public final class NaturalBatch<I, O> {

    private final Function<List<I>, Uni<List<O>>> call;
    private final Limits limits;
    private final ArrayDeque<Queued<I, O>> waiting = new ArrayDeque<>();
    private int inFlight;

    /**
     * @param call returns a list of results with the length and the order of its items. If it fails, each of its items
     *     fails
     * @param limits bounds on calls, items and waiting callers
     */
    public NaturalBatch(Function<List<I>, Uni<List<O>>> call, Limits limits) {
        this.call = call;
        this.limits = limits;
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
     * Returns the result for {@code item}, on the Vert.x context of the caller. Fails with the failure of the call, or
     * with {@link RejectedExecutionException} if too many items wait.
     */
    public Uni<O> submit(I item) {
        return Uni.createFrom().emitter(emitter -> {
            Queued<I, O> one = new Queued<>(item, emitter, Vertx.currentContext());
            synchronized (this) {
                if (waiting.size() >= limits.waiting()) {
                    emitter.fail(new RejectedExecutionException("too many callers wait for a shared call"));
                    return;
                }
                waiting.add(one);
            }
            emitter.onTermination(() -> dropIfQueued(one));
            drain();
        });
    }

    /** Drops a queued item whose caller has cancelled. */
    private synchronized void dropIfQueued(Queued<I, O> one) {
        if (!one.taken) {
            waiting.remove(one);
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
                Queued<I, O> one = waiting.remove();
                one.taken = true;
                batch.add(one);
            }
            if (!batch.isEmpty()) {
                inFlight++;
            }
        }
        return batch;
    }

    private void send(List<Queued<I, O>> batch) {
        Uni.createFrom()
                .deferred(() -> call.apply(batch.stream().map(one -> one.item).toList()))
                .subscribe()
                .with(
                        results -> {
                            releaseCall();
                            deliver(batch, results);
                        },
                        failure -> {
                            releaseCall();
                            batch.forEach(one -> one.fail(failure));
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

    private void releaseCall() {
        synchronized (this) {
            inFlight--;
        }
        drain();
    }

    /** One queued item. Two are equal only if they are the same object, even if their items are equal. */
    private static final class Queued<I, O> {

        private final I item;
        private final UniEmitter<? super O> emitter;
        private final @Nullable Context context;
        private boolean taken;

        Queued(I item, UniEmitter<? super O> emitter, @Nullable Context context) {
            this.item = item;
            this.emitter = emitter;
            this.context = context;
        }

        void complete(O result) {
            onContext(() -> emitter.complete(result));
        }

        void fail(Throwable failure) {
            onContext(() -> emitter.fail(failure));
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
