package dev.nexus.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Limits the number of concurrent tasks, in total and for each tenant. A tenant gets a slot only if it has fewer slots
 * than are free. One tenant can therefore use half of the slots, two tenants a third each, and three a quarter each.
 * The rest stays free for other tenants. The limits need no settings for each tenant, and adapt immediately if
 * another tenant begins. Thread-safe.
 *
 * <p>The rule is the dynamic threshold of Choudhury and Hahne with the factor 1 (IEEE/ACM Transactions on Networking
 * 6(2), 1998).
 */
public final class TenantSlots {

    private final int max;

    /** Has only tenants with a slot, so at most {@link #max} entries. */
    private final Map<String, Integer> taken = new HashMap<>();

    private int total;

    /** @param max the number of slots, at least 1 */
    public TenantSlots(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("at least one slot is needed");
        }
        this.max = max;
    }

    /** Acquires a slot. Returns false if none is free for this tenant. The caller must release each acquired slot. */
    public synchronized boolean acquire(String tenant) {
        int own = taken.getOrDefault(tenant, 0);
        if (own >= max - total) {
            return false;
        }
        total++;
        taken.put(tenant, own + 1);
        return true;
    }

    /**
     * Acquires a slot for work that can end in several ways, such as with a failure and then a cancellation.
     *
     * @return releases the slot; further calls do nothing. Empty if no slot is free for this tenant
     */
    public Optional<Runnable> take(String tenant) {
        if (!acquire(tenant)) {
            return Optional.empty();
        }
        AtomicBoolean released = new AtomicBoolean();
        return Optional.of(() -> {
            if (released.compareAndSet(false, true)) {
                release(tenant);
            }
        });
    }

    /**
     * Releases a slot of the tenant.
     *
     * @throws IllegalStateException if the tenant has none
     */
    public synchronized void release(String tenant) {
        Integer own = taken.get(tenant);
        if (own == null) {
            throw new IllegalStateException("a slot was released twice");
        }
        total--;
        if (own == 1) {
            taken.remove(tenant);
        } else {
            taken.put(tenant, own - 1);
        }
    }

    /** Returns the number of slots in use. */
    public synchronized int used() {
        return total;
    }
}
