package dev.nexus.broker.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.broker.caller.Quota;
import dev.nexus.broker.caller.QuotaConfig;
import dev.nexus.runtime.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides which requests count the tenant's pending connections. A count reads up to {@link #limit} index entries, so not
 * every request counts. A count that finds a free place gives this Broker a share of one percent of the limit. This
 * number of further connections begins without a count. In the middle of the share, one request counts to get the next
 * share in time.
 *
 * <p>A tenant exceeds the limit by at most one share for each Broker, and by the requests that run at the same time. A
 * share begins at the start of the count that gives it, not at its end. It therefore includes the connections that began
 * without a count in the meantime. So counts that run at the same time, or that return late, do not add up to
 * more than one share. After the last count that finds a free place, each Broker therefore begins at most one share
 * without a count.
 *
 * <p>With a limit below 300, each request counts, except some that begin while another request counts.
 * Thread-safe.
 */
@ApplicationScoped
class PendingQuota {

    private static final int SHARES = 100;
    private static final int MAX_TENANTS = 10_000;

    /** Limits the counts of a tenant that has reached its limit. */
    private static final Duration REFUSE_FOR = Duration.ofSeconds(1);

    private final int limit;
    private final int share;

    /**
     * An evicted entry loses its share. A count that started before the eviction changes only the evicted entry, not its
     * successor.
     */
    private final Cache<String, Tenant> tenants =
            Caffeine.newBuilder().maximumSize(MAX_TENANTS).build();

    PendingQuota(QuotaConfig config) {
        this.limit = config.pendingConnections();
        this.share = limit / SHARES;
    }

    int limit() {
        return limit;
    }

    /**
     * Call this before a connection begins.
     *
     * @return the count that the request must make, or empty if it needs none
     * @throws ApiException quota_exceeded if a count found no free place in the last second, or if a request began to
     *     repeat such a count in the last second
     */
    Optional<Count> take(String tenant) {
        return tenants.get(tenant, own -> new Tenant()).take();
    }

    /**
     * A count that a request must make. If it fails, {@link #complete} is not called: no share begins, and a refusal lasts
     * until its time has passed.
     */
    final class Count {

        private final Tenant tenant;
        private final long uncountedBefore;

        private Count(Tenant tenant, long uncountedBefore) {
            this.tenant = tenant;
            this.uncountedBefore = uncountedBefore;
        }

        /**
         * @param pending the number of pending connections before the request
         * @throws ApiException quota_exceeded if the tenant has reached the limit
         */
        void complete(int pending) {
            if (pending >= limit) {
                tenant.refuse();
                throw Quota.PENDING_CONNECTIONS.exceeded(limit);
            }
            tenant.allow(uncountedBefore + share);
        }
    }

    private final class Tenant {

        /** The number of requests that used a place of a share. One in the middle of a share uses a place, and counts. */
        private long uncounted;

        /** The highest value that {@link #uncounted} may reach. */
        private long allowed;

        private boolean refused;
        private long refusedUntil;

        synchronized Optional<Count> take() {
            if (refused) {
                if (refusedUntil - System.nanoTime() > 0) {
                    throw Quota.PENDING_CONNECTIONS.exceeded(limit);
                }
                // Only this request counts. Meanwhile, the others are refused.
                refuse();
                return count();
            }
            if (uncounted >= allowed) {
                return count();
            }
            uncounted++;
            return allowed - uncounted == share / 2 ? count() : Optional.empty();
        }

        private Optional<Count> count() {
            return Optional.of(new Count(this, uncounted));
        }

        synchronized void allow(long uncountedAtMost) {
            refused = false;
            allowed = uncountedAtMost;
        }

        synchronized void refuse() {
            refused = true;
            refusedUntil = System.nanoTime() + REFUSE_FOR.toNanos();
        }
    }
}
