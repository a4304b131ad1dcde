package dev.nexus.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.gateway.page.PageCookies.FormProblem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.common.headers.NewCookieHeaderDelegate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PageCookiesTest {

    private static final UUID ID = UUID.fromString("018f3a1c-2d00-7000-8000-000000000000");
    private static final String STATE = "state-of-this-browser";
    private static final Detail DETAIL = new Detail("/credentials/site", "pattern", "must match");

    private final PageCookies cookies = new PageCookies(new ObjectMapper(), true, "");

    private String held(@Nullable Map<String, String> kept) {
        String header = new NewCookieHeaderDelegate()
                .toString(cookies.problem(ErrorCode.INVALID_CREDENTIALS, List.of(DETAIL), kept, STATE, ID));
        assertThat(header)
                .startsWith("__Secure-nexus-form=")
                .contains("Path=/auth/capture/" + ID, "HttpOnly", "SameSite=Lax", "Max-Age=60", "Secure");
        return header.substring("__Secure-nexus-form=".length(), header.indexOf(';'));
    }

    @Test
    void the_state_is_in_a_secure_cookie_of_its_page_that_no_script_reads() {
        String header = new NewCookieHeaderDelegate().toString(cookies.state(STATE, ID, 4_200));

        assertThat(header).startsWith("__Secure-nexus-state=" + STATE + ";");
        assertThat(header.split(";"))
                .extracting(String::strip)
                .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/auth/capture/" + ID, "Max-Age=4200");
    }

    @Test
    void a_problem_comes_back_for_its_state_and_is_read_by_nobody() {
        String value = held(Map.of("f0", "acme"));

        Optional<FormProblem> problem = cookies.opened(value, STATE);

        assertThat(problem.orElseThrow().code()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(problem.orElseThrow().details())
                .extracting(detail -> detail.pointer() + " " + detail.rule())
                .containsExactly("/credentials/site pattern");
        assertThat(problem.orElseThrow().kept()).isPresent();
        assertThat(value).doesNotContain("acme").isNotEqualTo(held(Map.of("f0", "acme")));
    }

    @Test
    void a_problem_of_another_state_or_of_nobody_is_none() {
        String value = held(Map.of());

        assertThat(cookies.opened(value, "another-state")).isEmpty();
        String altered = (value.startsWith("A") ? "B" : "A") + value.substring(1);
        assertThat(cookies.opened(altered, STATE)).isEmpty();
        assertThat(cookies.opened("nonsense!", STATE)).isEmpty();
        assertThat(cookies.opened("", STATE)).isEmpty();
    }

    @Test
    void a_problem_that_is_too_long_for_a_cookie_goes_without_its_values() {
        String value = held(Map.of("f0", "x".repeat(4_000)));

        assertThat(value).hasSizeLessThan(3_000);
        assertThat(cookies.opened(value, STATE).orElseThrow().kept()).isEmpty();
        assertThat(cookies.opened(value, STATE).orElseThrow().details()).hasSize(1);
    }
}
