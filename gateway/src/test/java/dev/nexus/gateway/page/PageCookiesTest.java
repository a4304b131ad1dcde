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

    private String problemCookie(@Nullable Map<String, String> kept) {
        String header = new NewCookieHeaderDelegate()
                .toString(cookies.problem(ErrorCode.INVALID_CREDENTIALS, List.of(DETAIL), kept, STATE, ID));
        assertThat(header)
                .startsWith("__Secure-nexus-form=")
                .contains("Path=/auth/capture/" + ID, "HttpOnly", "SameSite=Lax", "Max-Age=60", "Secure");
        return header.substring("__Secure-nexus-form=".length(), header.indexOf(';'));
    }

    @Test
    void state_cookie_is_secure_http_only_and_limited_to_its_page() {
        String header = new NewCookieHeaderDelegate().toString(cookies.state(STATE, ID, 4_200));

        assertThat(header).startsWith("__Secure-nexus-state=" + STATE + ";");
        assertThat(header.split(";"))
                .extracting(String::strip)
                .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/auth/capture/" + ID, "Max-Age=4200");
    }

    @Test
    void problem_cookie_is_encrypted_and_opens_for_its_state() {
        String value = problemCookie(Map.of("f0", "acme"));

        Optional<FormProblem> problem = cookies.opened(value, STATE);

        assertThat(problem.orElseThrow().code()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(problem.orElseThrow().details())
                .extracting(detail -> detail.pointer() + " " + detail.rule())
                .containsExactly("/credentials/site pattern");
        assertThat(problem.orElseThrow().kept()).isPresent();
        assertThat(value).doesNotContain("acme").isNotEqualTo(problemCookie(Map.of("f0", "acme")));
    }

    @Test
    void problem_cookie_of_another_state_or_an_altered_one_is_ignored() {
        String value = problemCookie(Map.of());

        assertThat(cookies.opened(value, "another-state")).isEmpty();
        String altered = (value.startsWith("A") ? "B" : "A") + value.substring(1);
        assertThat(cookies.opened(altered, STATE)).isEmpty();
        assertThat(cookies.opened("nonsense!", STATE)).isEmpty();
        assertThat(cookies.opened("", STATE)).isEmpty();
    }

    @Test
    void values_are_omitted_if_they_exceed_the_cookie_size() {
        String value = problemCookie(Map.of("f0", "x".repeat(4_000)));

        assertThat(value).hasSizeLessThan(3_000);
        assertThat(cookies.opened(value, STATE).orElseThrow().kept()).isEmpty();
        assertThat(cookies.opened(value, STATE).orElseThrow().details()).hasSize(1);
    }
}
