package dev.nexus.broker.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time limit of a use case. After the limit, the caller gets the error unavailable and can retry. A use case that
 * calls a provider uses {@link #excluding} for this call, because the Gateway waits longer for such a request.
 */
public final class Deadline {

    /** Shorter than the Gateway's time-out, so that the caller gets the Broker's error and not the Gateway's. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final AtomicLong endNanos = new AtomicLong(System.nanoTime() + LIMIT.toNanos());

    private Deadline() {}

    /** Starts a deadline of two seconds. */
    public static Deadline begin() {
        return new Deadline();
    }

    public static <T> Uni<T> within(Uni<T> useCase) {
        return Uni.createFrom().deferred(() -> begin().limit(useCase));
    }

    /** Limits {@code part} to the remaining time, at least one millisecond. */
    public <T> Uni<T> limit(Uni<T> part) {
        return Uni.createFrom()
                .deferred(() -> part.ifNoItem()
                        .after(Duration.ofNanos(Math.max(1_000_000, endNanos.get() - System.nanoTime())))
                        .failWith(() -> new ApiException(
                                ErrorCode.UNAVAILABLE, "The service took too long to answer. Retry.")));
    }

    /** Runs {@code part} without counting its time. */
    public <T> Uni<T> excluding(Uni<T> part) {
        return Uni.createFrom().deferred(() -> {
            long began = System.nanoTime();
            return part.onTermination().invoke(() -> endNanos.addAndGet(System.nanoTime() - began));
        });
    }
}
