package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TenantSlotsTest {

    private final TenantSlots slots = new TenantSlots(3);

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

    @Test
    void busy_tenants_share_the_slots_equally_and_leave_the_same_share_free() {
        for (int tenants = 1; tenants <= 9; tenants++) {
            TenantSlots many = new TenantSlots(1_000);
            int[] taken = new int[tenants];

            for (int attempt = 0; attempt < 1_000; attempt++) {
                for (int tenant = 0; tenant < tenants; tenant++) {
                    if (many.acquire("busy-" + tenant)) {
                        taken[tenant]++;
                    }
                }
            }

            int share = 1_000 / (tenants + 1);
            assertThat(Arrays.stream(taken)).allMatch(own -> own == share || own == share + 1);
            assertThat(1_000 - many.used()).isBetween(share - tenants, share + 1);
        }
    }

    @Test
    void single_slot_is_usable() {
        TenantSlots single = new TenantSlots(1);

        assertThat(single.acquire("one")).isTrue();
        assertThat(single.acquire("one")).isFalse();
        assertThat(single.acquire("another")).isFalse();
    }

    @Test
    void slots_are_all_free_after_any_order_of_acquisitions_and_releases() {
        Random random = new Random(20_261_130);
        TenantSlots many = new TenantSlots(50);
        List<String> held = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            String tenant = "tenant-" + random.nextInt(8);
            if (random.nextInt(3) < 2) {
                if (many.acquire(tenant)) {
                    held.add(tenant);
                }
            } else if (!held.isEmpty()) {
                many.release(held.remove(random.nextInt(held.size())));
            }
            assertThat(many.used()).isEqualTo(held.size()).isLessThanOrEqualTo(50);
        }

        held.forEach(many::release);

        assertThat(many.used()).isZero();
    }

    @Test
    void second_release_of_a_slot_is_a_defect() {
        slots.acquire("one");
        slots.release("one");

        assertThatThrownBy(() -> slots.release("one")).isInstanceOf(IllegalStateException.class);
        assertThat(slots.used()).isZero();
    }

    @Test
    void slot_is_released_once() {
        TenantSlots slots = new TenantSlots(4);
        Runnable first = slots.take("acme").orElseThrow();
        assertThat(slots.take("acme")).isPresent();

        first.run();
        first.run();

        assertThat(slots.used()).isEqualTo(1);
        assertThat(slots.take("acme")).isPresent();
        assertThat(slots.take("acme")).isEmpty();
    }
}
