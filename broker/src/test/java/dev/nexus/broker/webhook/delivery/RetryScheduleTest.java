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

    private static final List<Duration> DELAYS =
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofHours(24));

    @Test
    void each_failed_attempt_has_its_configured_delay_and_the_last_has_none() {
        RetrySchedule schedule = new RetrySchedule(DELAYS, () -> 0.5);

        assertThat(schedule.after(1)).contains(Duration.ofSeconds(5));
        assertThat(schedule.after(2)).contains(Duration.ofSeconds(30));
        assertThat(schedule.after(3)).contains(Duration.ofHours(24));
        assertThat(schedule.after(4)).isEmpty();
        assertThat(new RetrySchedule(List.of(), () -> 0.5).after(1)).isEmpty();
    }

    @Property
    void a_delay_varies_by_at_most_20_percent(
            @ForAll @IntRange(min = 1, max = 3) int attempt, @ForAll @DoubleRange(max = 1) double random) {
        Duration delay = DELAYS.get(attempt - 1);

        Duration actual = new RetrySchedule(DELAYS, () -> random).after(attempt).orElseThrow();

        assertThat(actual)
                .isBetween(
                        delay.multipliedBy(8).dividedBy(10),
                        delay.multipliedBy(12).dividedBy(10));
    }
}
