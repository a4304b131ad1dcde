package dev.nexus.broker.provider.definition;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Compiles and checks schemas beside the event loops: on two threads, tenants in turn, each on one thread at most. Work that
 * takes longer than {@link #LIMIT}, waiting included, is answered 503; what still waits then is dropped.
 */
@ApplicationScoped
public class SchemaWorkers {

    /** Below the time that a request has, so that the caller reads what took long. */
    private static final Duration LIMIT = Duration.ofMillis(1_800);

    private static final int THREADS = 2;
    private static final int WAITING_PER_TENANT = 64;

    /** For references between sub-schemas, which the validator follows on the stack. */
    private static final long STACK_BYTES = 4 * 1024 * 1024;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, work -> {
        Thread thread = new Thread(null, work, "schema-worker", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    });

    /** By tenant, the longest unserved first. Guarded by this, like the two below. */
    private final Map<String, Queue<Runnable>> waiting = new LinkedHashMap<>();

    private final Set<String> served = new HashSet<>();
    private int busy;

    /**
     * Does {@code work} on a worker thread, and goes on where it was asked for.
     *
     * @return fails with what {@code work} throws, or {@link ApiException} unavailable after {@link #LIMIT} or if 64 others
     *     of the tenant wait
     */
    public <T> Uni<T> run(String tenant, Supplier<T> work) {
        return Uni.createFrom().deferred(() -> {
            Context own = Vertx.currentContext();
            AtomicBoolean cancelled = new AtomicBoolean();
            Uni<T> done = Uni.createFrom()
                    .<T>emitter(emitter -> submit(tenant, () -> perform(work, emitter, cancelled)))
                    .onCancellation()
                    .invoke(() -> cancelled.set(true))
                    .ifNoItem()
                    .after(LIMIT)
                    .failWith(() -> new ApiException(
                            ErrorCode.UNAVAILABLE, "Checking the schema took too long; try again later"));
            return own == null ? done : done.emitOn(next -> own.runOnContext(ignored -> next.run()));
        });
    }

    private static <T> void perform(Supplier<T> work, UniEmitter<? super T> emitter, AtomicBoolean cancelled) {
        if (cancelled.get()) {
            return;
        }
        try {
            emitter.complete(work.get());
        } catch (RuntimeException | StackOverflowError e) {
            emitter.fail(e);
        }
    }

    private synchronized void submit(String tenant, Runnable work) {
        Queue<Runnable> queue = waiting.computeIfAbsent(tenant, absent -> new ArrayDeque<>());
        if (queue.size() >= WAITING_PER_TENANT) {
            throw new ApiException(
                    ErrorCode.UNAVAILABLE, "Too many schemas of this tenant are being checked; try again");
        }
        queue.add(work);
        dispatch();
    }

    private synchronized void dispatch() {
        if (busy == THREADS) {
            return;
        }
        waiting.keySet().stream()
                .filter(tenant -> !served.contains(tenant))
                .findFirst()
                .ifPresent(this::startNext);
    }

    private void startNext(String tenant) {
        Queue<Runnable> queue = waiting.getOrDefault(tenant, new ArrayDeque<>());
        waiting.remove(tenant);
        start(tenant, queue.remove());
        if (!queue.isEmpty()) {
            // To the end of the line.
            waiting.put(tenant, queue);
        }
    }

    private void start(String tenant, Runnable work) {
        served.add(tenant);
        busy++;
        threads.execute(() -> {
            try {
                work.run();
            } finally {
                finish(tenant);
            }
        });
    }

    private synchronized void finish(String tenant) {
        served.remove(tenant);
        busy--;
        dispatch();
    }

    @PreDestroy
    synchronized void stop() {
        waiting.clear();
        threads.shutdownNow();
    }
}
