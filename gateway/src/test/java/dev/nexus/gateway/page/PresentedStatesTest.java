package dev.nexus.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedState;
import dev.nexus.gateway.page.StateClient.PresentedStates;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PresentedStatesTest {

    private long nanos;
    private final PresentedStates states = new PresentedStates(() -> nanos);

    private void advance(Duration time) {
        nanos += time.toNanos();
    }

    private static PresentedState presented(long expiresIn) {
        return presented("acme", "{}", expiresIn, null);
    }

    private static PresentedState presented(String tenant, String schema, long expiresIn, @Nullable ErrorCode error) {
        return new PresentedState(
                UUID.fromString("018f3a1c-2d00-7000-8000-000000000000"),
                tenant,
                "Example",
                "https://docs.example.com",
                "Ada",
                schema,
                "en",
                Map.of(),
                expiresIn,
                "https://your-app.com/callback",
                error);
    }

    @Test
    void entry_for_a_page_is_used_once() {
        states.putForPage("s", presented(60));

        assertThat(states.forPage("s")).contains(presented(60));
        assertThat(states.forPage("s")).isEmpty();
    }

    @Test
    void entry_is_found_only_with_its_state() {
        PresentedState acme = presented("acme", "{}", 60, null);
        PresentedState other = presented("other", "{}", 60, null);

        states.putForPage("s", acme);
        states.putForPage("t", other);

        assertThat(states.forForm("s")).contains(acme);
        assertThat(states.forForm("t")).contains(other);
        assertThat(states.forForm("u")).isEmpty();
        assertThat(states.forPage("S")).isEmpty();
    }

    @Test
    void the_time_left_is_rounded_down() {
        states.putForPage("s", presented(60));

        advance(Duration.ofMillis(1_500));

        assertThat(states.forPage("s")).contains(presented(58));
    }

    @Test
    void entry_for_a_page_expires_after_ten_seconds_but_stays_for_the_form() {
        states.putForPage("s", presented(60));

        advance(Duration.ofSeconds(11));

        assertThat(states.forPage("s")).isEmpty();
        assertThat(states.forForm("s")).contains(presented(49));
    }

    @Test
    void entry_for_a_form_is_not_used_for_a_page() {
        states.putForForm("s", presented(60));

        assertThat(states.forPage("s")).isEmpty();
        assertThat(states.forForm("s")).isPresent();
    }

    @Test
    void entry_expires_with_its_state() {
        states.putForPage("s", presented(5));

        advance(Duration.ofSeconds(5));

        assertThat(states.forPage("s")).isEmpty();
        assertThat(states.forForm("s")).isEmpty();
    }

    @Test
    void entry_expires_after_fifteen_minutes() {
        states.putForPage("s", presented(3_600));

        advance(Duration.ofMinutes(15));

        assertThat(states.forForm("s")).isEmpty();
    }

    @Test
    void invalid_state_is_not_stored_and_removes_its_entry() {
        states.putForPage("s", presented(60));

        states.putForForm("s", presented("acme", "{}", 60, ErrorCode.STATE_USED));

        assertThat(states.forPage("s")).isEmpty();
        assertThat(states.forForm("s")).isEmpty();
    }

    @Test
    void total_size_of_the_entries_is_bounded() {
        String schema = " ".repeat(32 * 1024);

        IntStream.range(0, 1_000).forEach(i -> states.putForPage("s" + i, presented("acme", schema, 60, null)));

        assertThat(IntStream.range(0, 1_000)
                        .filter(i -> states.forForm("s" + i).isPresent())
                        .count())
                .isBetween(1L, 128L);
    }
}
