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
 * Runs the compilation and checks of schemas on two worker threads instead of the event loops. Serves tenants
 * round-robin, with at most one thread for each tenant. Work that has not finished after {@link #LIMIT}, including its
 * time in the queue, fails with unavailable. Drops queued work after the limit.
 */
@ApplicationScoped
public class SchemaWorkers {

    /**
     * Shorter than the limit of a request (two seconds, {@code Deadline}), so that the caller gets the error that names
     * the schema.
     */
    private static final Duration LIMIT = Duration.ofMillis(1_800);

    private static final int THREADS = 2;
    private static final int MAX_QUEUED_PER_TENANT = 64;

    /** Large, because the validator follows references between sub-schemas by recursion. */
    private static final long STACK_BYTES = 4 * 1024 * 1024;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, work -> {
        Thread thread = new Thread(null, work, "schema-worker", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    });

    /** The queues by tenant. The next tenant to serve is first. Guarded by {@code this}, as the two fields below. */
    private final Map<String, Queue<Runnable>> waiting = new LinkedHashMap<>();

    private final Set<String> served = new HashSet<>();
    private int busy;

    /**
     * Runs {@code work} on a worker thread, and continues on the caller's context.
     *
     * @return fails with the exception of {@code work}, or with {@link ApiException} unavailable after {@link #LIMIT}
     *     or if 64 items of the tenant are queued
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
                            ErrorCode.UNAVAILABLE, "The check of the schema took too long. Retry later."));
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
        if (queue.size() >= MAX_QUEUED_PER_TENANT) {
            throw new ApiException(
                    ErrorCode.UNAVAILABLE, "Too many schema checks of this tenant are queued. Retry later.");
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
            // Moves the tenant to the end of the queue.
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
