package dev.nexus.broker.batch;

import java.util.concurrent.TimeUnit;

/**
 * Estimates how long a new item of a tenant waits in a {@link TenantQueue}, from the average duration of the calls. The
 * newest calls count most. Not thread-safe.
 */
public final class ExpectedWait {

    /** A longer wait is an overload. Short enough that a request with several waits meets its time limit of 2 s. */
    private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Each call changes the average by an eighth of the difference, as in the estimate of RFC 6298, section 2. */
    private static final int SMOOTHING = 8;

    private final int calls;
    private final int itemsPerCall;
    private long averageNanos;

    /**
     * Creates an estimate without a measured call. It expects no wait.
     *
     * @param calls concurrent calls, at least 1
     * @param itemsPerCall the highest number of items in one call, at least 1
     */
    public ExpectedWait(int calls, int itemsPerCall) {
        this.calls = calls;
        this.itemsPerCall = itemsPerCall;
    }

    /** Adds the duration of a call that has ended. */
    public void add(long nanos) {
        averageNanos += (nanos - averageNanos) / SMOOTHING;
    }

    /**
     * Returns true if the calls do not keep up with the items of the tenant. Then a whole call of its items waits, and
     * a new item would wait for more than 250 ms.
     */
    public boolean isOverloaded(TenantQueue<?> queue, String tenant) {
        if (queue.size(tenant) < itemsPerCall) {
            return false;
        }
        long callsBefore = queue.before(tenant) / itemsPerCall;
        return callsBefore * averageNanos / calls > LIMIT_NANOS;
    }
}
