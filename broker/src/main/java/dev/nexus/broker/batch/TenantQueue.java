package dev.nexus.broker.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A queue that serves the tenants round-robin, so that a tenant with many items does not delay the items of others. The
 * items of one tenant stay in their order. Not thread-safe.
 */
public final class TenantQueue<T> {

    private static final int INITIAL_CAPACITY = 4;

    /** The items by tenant, without empty queues. The next tenant to serve is first. */
    private final Map<String, ArrayDeque<T>> queues = new LinkedHashMap<>();

    private int size;

    /** Returns the number of items of all tenants. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Returns the number of items of the tenant. */
    public int size(String tenant) {
        ArrayDeque<T> own = queues.get(tenant);
        return own == null ? 0 : own.size();
    }

    /** Returns the number of items that are served before a new item of the tenant. */
    int before(String tenant) {
        return Math.min(size, size(tenant) * queues.size());
    }

    public void add(String tenant, T item) {
        queues.computeIfAbsent(tenant, absent -> new ArrayDeque<>(INITIAL_CAPACITY))
                .add(item);
        size++;
    }

    /**
     * Removes and returns the oldest item of the next tenant.
     *
     * @throws NoSuchElementException if the queue is empty
     */
    public T remove() {
        return remove(any -> true).orElseThrow();
    }

    /** Removes and returns the oldest item of the next tenant that matches. The others keep their place. */
    public Optional<T> remove(Predicate<String> tenants) {
        for (Map.Entry<String, ArrayDeque<T>> next : queues.entrySet()) {
            if (tenants.test(next.getKey())) {
                return Optional.of(removeOldest(next.getKey(), next.getValue()));
            }
        }
        return Optional.empty();
    }

    private T removeOldest(String tenant, ArrayDeque<T> own) {
        T item = own.remove();
        size--;
        if (own.isEmpty()) {
            queues.remove(tenant);
        } else if (queues.size() > 1) {
            // Moves the tenant to the end.
            queues.remove(tenant);
            queues.put(tenant, own);
        }
        return item;
    }

    /** Removes an item of the tenant. Returns false and does nothing if the item is not in the queue. */
    public boolean remove(String tenant, T item) {
        ArrayDeque<T> own = queues.get(tenant);
        if (own == null || !own.remove(item)) {
            return false;
        }
        size--;
        if (own.isEmpty()) {
            queues.remove(tenant);
        }
        return true;
    }

    /** Removes and returns the oldest items of each tenant, as long as they match. */
    public List<T> removeOldest(Predicate<T> matching) {
        List<T> removed = new ArrayList<>();
        queues.values().removeIf(own -> {
            while (!own.isEmpty() && matching.test(own.element())) {
                removed.add(own.remove());
            }
            return own.isEmpty();
        });
        size -= removed.size();
        return removed;
    }
}
