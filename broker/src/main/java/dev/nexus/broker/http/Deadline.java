package dev.nexus.broker.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time that a use case has; past it the caller is told to try again. A use case that asks a provider holds one of its
 * own, because that does not count: the Gateway waits longer for it.
 */
public final class Deadline {

    /** Below the Gateway's own time-out, so that the Broker's answer is the one that is heard. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final AtomicLong endNanos = new AtomicLong(System.nanoTime() + LIMIT.toNanos());

    private Deadline() {}

    /** A deadline of two seconds from now. */
    public static Deadline begin() {
        return new Deadline();
    }

    public static <T> Uni<T> within(Uni<T> useCase) {
        return Uni.createFrom().deferred(() -> begin().limit(useCase));
    }

    /** {@code part} in what is left of the time. */
    public <T> Uni<T> limit(Uni<T> part) {
        return Uni.createFrom()
                .deferred(() -> part.ifNoItem()
                        .after(Duration.ofNanos(Math.max(1_000_000, endNanos.get() - System.nanoTime())))
                        .failWith(() -> new ApiException(
                                ErrorCode.UNAVAILABLE, "The service took too long to answer; try again")));
    }

    /** {@code part} without counting the time that it takes. */
    public <T> Uni<T> excluding(Uni<T> part) {
        return Uni.createFrom().deferred(() -> {
            long began = System.nanoTime();
            return part.onTermination().invoke(() -> endNanos.addAndGet(System.nanoTime() - began));
        });
    }
}
