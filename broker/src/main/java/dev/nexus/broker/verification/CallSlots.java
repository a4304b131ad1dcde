package dev.nexus.broker.verification;

import java.util.HashMap;
import java.util.Map;

/**
 * Limits the concurrent calls, in total and for each tenant, so that a tenant with unresponsive providers leaves slots
 * for others.
 */
final class CallSlots {

    private final int max;
    private final int maxPerTenant;
    private final Map<String, Integer> taken = new HashMap<>();
    private int total;

    /** Allows one tenant half of the slots. */
    CallSlots(int max) {
        this(max, Math.max(1, max / 2));
    }

    CallSlots(int max, int maxPerTenant) {
        this.max = max;
        this.maxPerTenant = maxPerTenant;
    }

    /** Acquires a slot, or returns false if none is free. The caller must release each acquired slot. */
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
