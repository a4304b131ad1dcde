package dev.nexus.broker.verification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallSlotsTest {

    private final CallSlots slots = new CallSlots(3, 2);

    @Test
    void a_tenant_gets_at_most_its_share_of_the_slots() {
        assertThat(slots.take("busy")).isTrue();
        assertThat(slots.take("busy")).isTrue();

        assertThat(slots.take("busy")).isFalse();
        assertThat(slots.take("another")).isTrue();
        assertThat(slots.take("third")).isFalse();
    }

    @Test
    void a_released_slot_is_free_again() {
        slots.take("one");
        slots.take("one");

        slots.giveBack("one");

        assertThat(slots.take("one")).isTrue();
    }
}
