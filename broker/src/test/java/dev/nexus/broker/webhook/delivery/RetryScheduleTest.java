package dev.nexus.broker.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {

    private static final List<Duration> WAITS =
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofHours(24));

    @Test
    void each_failed_attempt_waits_longer_and_after_the_last_wait_there_is_no_other() {
        RetrySchedule schedule = new RetrySchedule(WAITS, () -> 0.5);

        assertThat(schedule.after(1)).contains(Duration.ofSeconds(5));
        assertThat(schedule.after(2)).contains(Duration.ofSeconds(30));
        assertThat(schedule.after(3)).contains(Duration.ofHours(24));
        assertThat(schedule.after(4)).isEmpty();
        assertThat(new RetrySchedule(List.of(), () -> 0.5).after(1)).isEmpty();
    }

    @Property
    void a_wait_is_what_the_table_says_give_or_take_a_fifth(
            @ForAll @IntRange(min = 1, max = 3) int attempt, @ForAll @DoubleRange(max = 1) double random) {
        Duration wait = WAITS.get(attempt - 1);

        Duration actual = new RetrySchedule(WAITS, () -> random).after(attempt).orElseThrow();

        assertThat(actual)
                .isBetween(
                        wait.multipliedBy(8).dividedBy(10),
                        wait.multipliedBy(12).dividedBy(10));
    }
}
