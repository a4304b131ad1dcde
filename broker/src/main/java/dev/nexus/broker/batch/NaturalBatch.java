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
 * Shares calls between those who wait at the same moment, without a timer: an item goes out at once while a call is
 * free, and otherwise with everybody else who waits as soon as one returns. So it costs nothing when idle, and the
 * batches grow with the load.
 *
 * @param <I> what one caller asks
 * @param <O> what that caller is answered
 */
public final class NaturalBatch<I, O> {

    private final Function<List<I>, Uni<List<O>>> call;
    private final Limits limits;
    private final ArrayDeque<Waiting<I, O>> waiting = new ArrayDeque<>();
    private int inFlight;

    /**
     * @param call answers a list with a list of the same length and order; if it fails, everybody in it fails
     * @param limits bounds on calls, items and those who wait
     */
    public NaturalBatch(Function<List<I>, Uni<List<O>>> call, Limits limits) {
        this.call = call;
        this.limits = limits;
    }

    /**
     * Bounds.
     *
     * @param calls calls in flight at once, at least 1
     * @param items items in one call, at least 1
     * @param waiting items that may wait; one more is refused with RejectedExecutionException
     */
    public record Limits(int calls, int items, int waiting) {
        public Limits {
            if (calls < 1 || items < 1 || waiting < 1) {
                throw new IllegalArgumentException("calls, items and waiting must be at least 1");
            }
        }
    }

    /** The answer to {@code item}; delivered on the Vert.x context that asked. */
    public Uni<O> submit(I item) {
        return Uni.createFrom().emitter(emitter -> {
            Waiting<I, O> one = new Waiting<>(item, emitter, Vertx.currentContext());
            synchronized (this) {
                if (waiting.size() >= limits.waiting()) {
                    emitter.fail(new RejectedExecutionException("too many callers wait for a shared call"));
                    return;
                }
                waiting.add(one);
            }
            emitter.onTermination(() -> cancelled(one));
            drain();
        });
    }

    /** Who gave up before a call was free is not asked for any more. */
    private synchronized void cancelled(Waiting<I, O> one) {
        if (!one.taken) {
            waiting.remove(one);
        }
    }

    private void drain() {
        for (List<Waiting<I, O>> batch = next(); !batch.isEmpty(); batch = next()) {
            send(batch);
        }
    }

    private synchronized List<Waiting<I, O>> next() {
        List<Waiting<I, O>> batch = new ArrayList<>();
        if (inFlight < limits.calls()) {
            while (batch.size() < limits.items() && !waiting.isEmpty()) {
                Waiting<I, O> one = waiting.remove();
                one.taken = true;
                batch.add(one);
            }
            if (!batch.isEmpty()) {
                inFlight++;
            }
        }
        return batch;
    }

    private void send(List<Waiting<I, O>> batch) {
        Uni.createFrom()
                .deferred(() -> call.apply(batch.stream().map(one -> one.item).toList()))
                .subscribe()
                .with(
                        answers -> {
                            returned();
                            deliver(batch, answers);
                        },
                        failure -> {
                            returned();
                            batch.forEach(one -> one.fail(failure));
                        });
    }

    private void deliver(List<Waiting<I, O>> batch, List<O> answers) {
        if (answers.size() != batch.size()) {
            IllegalStateException mismatch =
                    new IllegalStateException("asked " + batch.size() + " items, answered " + answers.size());
            batch.forEach(one -> one.fail(mismatch));
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).complete(answers.get(i));
        }
    }

    private void returned() {
        synchronized (this) {
            inFlight--;
        }
        drain();
    }

    /** One caller; told apart by itself, not by what it asks. */
    private static final class Waiting<I, O> {

        private final I item;
        private final UniEmitter<? super O> emitter;
        private final @Nullable Context context;
        private boolean taken;

        Waiting(I item, UniEmitter<? super O> emitter, @Nullable Context context) {
            this.item = item;
            this.emitter = emitter;
            this.context = context;
        }

        void complete(O answer) {
            onContext(() -> emitter.complete(answer));
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
