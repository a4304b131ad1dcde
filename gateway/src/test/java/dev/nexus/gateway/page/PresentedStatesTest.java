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

    private void pass(Duration time) {
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
    void the_answer_to_a_link_serves_one_page() {
        states.putForPage("s", presented(60));

        assertThat(states.forPage("s")).contains(presented(60));
        assertThat(states.forPage("s")).isEmpty();
    }

    @Test
    void an_entry_is_found_only_with_its_own_state() {
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

        pass(Duration.ofMillis(1_500));

        assertThat(states.forPage("s")).contains(presented(58));
    }

    @Test
    void a_page_more_than_ten_seconds_after_its_link_finds_nothing_and_its_form_does() {
        states.putForPage("s", presented(60));

        pass(Duration.ofSeconds(11));

        assertThat(states.forPage("s")).isEmpty();
        assertThat(states.forForm("s")).contains(presented(49));
    }

    @Test
    void the_answer_to_a_page_serves_no_page() {
        states.putForForm("s", presented(60));

        assertThat(states.forPage("s")).isEmpty();
        assertThat(states.forForm("s")).isPresent();
    }

    @Test
    void an_entry_ends_with_its_state() {
        states.putForPage("s", presented(5));

        pass(Duration.ofSeconds(5));

        assertThat(states.forPage("s")).isEmpty();
        assertThat(states.forForm("s")).isEmpty();
    }

    @Test
    void an_entry_ends_after_fifteen_minutes() {
        states.putForPage("s", presented(3_600));

        pass(Duration.ofMinutes(15));

        assertThat(states.forForm("s")).isEmpty();
    }

    @Test
    void an_invalid_state_is_not_kept_and_removes_its_entry() {
        states.putForPage("s", presented(60));

        states.putForForm("s", presented("acme", "{}", 60, ErrorCode.STATE_USED));

        assertThat(states.forPage("s")).isEmpty();
        assertThat(states.forForm("s")).isEmpty();
    }

    @Test
    void the_entries_share_a_bounded_size() {
        String schema = " ".repeat(32 * 1024);

        IntStream.range(0, 1_000).forEach(i -> states.putForPage("s" + i, presented("acme", schema, 60, null)));

        assertThat(IntStream.range(0, 1_000)
                        .filter(i -> states.forForm("s" + i).isPresent())
                        .count())
                .isBetween(1L, 128L);
    }
}
