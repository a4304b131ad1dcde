package dev.nexus.broker.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class TenantQueueTest {

    private final TenantQueue<Integer> queue = new TenantQueue<>();

    private List<Integer> removeAll() {
        List<Integer> removed = new ArrayList<>();
        while (!queue.isEmpty()) {
            removed.add(queue.remove());
        }
        return removed;
    }

    @Test
    void tenants_are_served_round_robin_and_items_of_a_tenant_in_their_order() {
        List.of(1, 2, 3, 4).forEach(item -> queue.add("busy", item));
        List.of(11, 12).forEach(item -> queue.add("other", item));
        queue.add("third", 21);

        assertThat(removeAll()).containsExactly(1, 11, 21, 2, 12, 3, 4);
    }

    @Test
    void new_tenant_is_served_after_one_item_of_each_tenant_that_waits() {
        List.of(1, 2, 3, 4).forEach(item -> queue.add("busy", item));
        assertThat(queue.remove()).isEqualTo(1);
        queue.add("other", 11);

        assertThat(removeAll()).containsExactly(2, 11, 3, 4);
    }

    @Test
    void skipped_tenant_keeps_its_place() {
        List.of(1, 2).forEach(item -> queue.add("busy", item));
        List.of(11, 12).forEach(item -> queue.add("other", item));

        assertThat(queue.remove(tenant -> !tenant.equals("busy"))).contains(11);
        assertThat(queue.remove(tenant -> tenant.equals("unknown"))).isEmpty();

        assertThat(removeAll()).containsExactly(1, 12, 2);
    }

    @Test
    void removed_item_is_not_served() {
        List.of(1, 2).forEach(item -> queue.add("busy", item));
        queue.add("other", 11);

        assertThat(queue.remove("busy", 1)).isTrue();
        assertThat(queue.remove("other", 11)).isTrue();
        assertThat(queue.remove("other", 11)).isFalse();
        assertThat(queue.remove("busy", 11)).isFalse();

        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.size("other")).isZero();
        assertThat(removeAll()).containsExactly(2);
    }

    @Test
    void oldest_items_are_removed_until_one_does_not_match() {
        List.of(1, 5, 2).forEach(item -> queue.add("busy", item));
        List.of(1, 1).forEach(item -> queue.add("other", item));

        assertThat(queue.removeOldest(item -> item < 3)).containsExactly(1, 1, 1);

        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.size("busy")).isEqualTo(2);
        assertThat(queue.size("other")).isZero();
        assertThat(removeAll()).containsExactly(5, 2);
    }

    @Test
    void items_before_a_new_item_are_those_of_the_tenant_and_as_many_of_each_other() {
        List.of(1, 2, 3, 4).forEach(item -> queue.add("busy", item));
        List.of(11, 12).forEach(item -> queue.add("other", item));

        assertThat(queue.before("third")).isZero();
        assertThat(queue.before("other")).isEqualTo(4);
        assertThat(queue.before("busy")).isEqualTo(6);
    }

    @Test
    void an_empty_queue_has_no_next_item() {
        assertThatThrownBy(queue::remove).isInstanceOf(NoSuchElementException.class);
    }
}
