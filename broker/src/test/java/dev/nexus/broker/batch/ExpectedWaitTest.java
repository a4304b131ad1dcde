package dev.nexus.broker.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two calls of up to ten items. */
class ExpectedWaitTest {

    private final TenantQueue<Integer> queue = new TenantQueue<>();
    private final ExpectedWait wait = new ExpectedWait(2, 10);

    private void measureCallsOf(int millis) {
        IntStream.range(0, 100).forEach(call -> wait.add(TimeUnit.MILLISECONDS.toNanos(millis)));
    }

    private void queue(String tenant, int items) {
        IntStream.range(0, items).forEach(item -> queue.add(tenant, item));
    }

    @Test
    void no_wait_is_expected_before_a_call_is_measured() {
        queue("busy", 10_000);

        assertThat(wait.isOverloaded(queue, "busy")).isFalse();
    }

    @Test
    void tenant_is_overloaded_if_a_new_item_would_wait_for_more_than_250_ms() {
        measureCallsOf(100);

        queue("busy", 59);
        assertThat(wait.isOverloaded(queue, "busy")).isFalse();
        queue("busy", 1);

        assertThat(wait.isOverloaded(queue, "busy")).isTrue();
        assertThat(wait.isOverloaded(queue, "another")).isFalse();
    }

    @Test
    void items_of_other_tenants_lengthen_the_wait_but_only_as_far_as_they_are_served_before() {
        measureCallsOf(100);
        queue("busy", 10_000);
        queue("another", 29);

        assertThat(wait.isOverloaded(queue, "another")).isFalse();
        queue("another", 1);

        assertThat(wait.isOverloaded(queue, "another")).isTrue();
        assertThat(wait.isOverloaded(queue, "third")).isFalse();
    }

    @Test
    void items_of_less_than_one_call_are_no_overload_even_if_calls_are_slow() {
        measureCallsOf(2_000);

        queue("slow", 9);
        assertThat(wait.isOverloaded(queue, "slow")).isFalse();
        queue("slow", 1);

        assertThat(wait.isOverloaded(queue, "slow")).isTrue();
    }

    @Test
    void estimate_follows_the_newest_calls() {
        measureCallsOf(2_000);
        queue("busy", 40);
        assertThat(wait.isOverloaded(queue, "busy")).isTrue();

        measureCallsOf(5);

        assertThat(wait.isOverloaded(queue, "busy")).isFalse();
    }
}
