package dev.nexus.broker.verification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallSlotsTest {

    private final CallSlots slots = new CallSlots(3, 2);

    @Test
    void a_tenant_gets_at_most_its_share_of_the_slots() {
        assertThat(slots.acquire("busy")).isTrue();
        assertThat(slots.acquire("busy")).isTrue();

        assertThat(slots.acquire("busy")).isFalse();
        assertThat(slots.acquire("another")).isTrue();
        assertThat(slots.acquire("third")).isFalse();
    }

    @Test
    void a_released_slot_is_free_again() {
        slots.acquire("one");
        slots.acquire("one");

        slots.release("one");

        assertThat(slots.acquire("one")).isTrue();
    }
}
