package dev.nexus.broker.verification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallSlotsTest {

    private final CallSlots slots = new CallSlots(3, 2);

    @Test
    void one_tenant_takes_its_share_and_leaves_the_rest_to_others() {
        assertThat(slots.take("greedy")).isTrue();
        assertThat(slots.take("greedy")).isTrue();

        assertThat(slots.take("greedy")).isFalse();
        assertThat(slots.take("another")).isTrue();
        assertThat(slots.take("third")).isFalse();
    }

    @Test
    void a_slot_that_is_given_back_is_free_again() {
        slots.take("one");
        slots.take("one");

        slots.giveBack("one");

        assertThat(slots.take("one")).isTrue();
    }
}
