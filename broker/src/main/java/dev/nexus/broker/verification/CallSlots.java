package dev.nexus.broker.verification;

import java.util.HashMap;
import java.util.Map;

/**
 * Limits the number of concurrent calls, in total and for each tenant. A tenant with unresponsive providers cannot use
 * up all slots. Thread-safe.
 */
final class CallSlots {

    private final int max;
    private final int maxPerTenant;
    private final Map<String, Integer> taken = new HashMap<>();
    private int total;

    /** Allows one tenant half of the slots, but at least one. */
    CallSlots(int max) {
        this(max, Math.max(1, max / 2));
    }

    CallSlots(int max, int maxPerTenant) {
        this.max = max;
        this.maxPerTenant = maxPerTenant;
    }

    /** Acquires a slot. Returns false if none is free for this tenant. The caller must release each acquired slot. */
    synchronized boolean acquire(String tenant) {
        int own = taken.getOrDefault(tenant, 0);
        if (total >= max || own >= maxPerTenant) {
            return false;
        }
        total++;
        taken.put(tenant, own + 1);
        return true;
    }

    synchronized void release(String tenant) {
        total--;
        taken.computeIfPresent(tenant, (same, own) -> own == 1 ? null : own - 1);
    }
}
