package dev.nexus.gateway.capturepage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedState;
import dev.nexus.gateway.OpenApiTest;
import dev.nexus.gateway.web.ErrorPage.Page;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = OpenApiTest.NoBroker.class, restrictToAnnotatedClass = true)
class PageWriterTest {

    private static final UUID ID = UUID.fromString("018f3a1c-2d00-7000-8000-000000000000");
    private static final String RETURN = "https://your-app.com/callback?status=error&error=access_denied";
    private static final String SCHEMA = "{\"type\":\"object\",\"required\":[\"api_key\",\"plan\"],\"properties\":{"
            + "\"api_key\":{\"type\":\"string\",\"title\":\"Key\",\"minLength\":8},"
            + "\"plan\":{\"title\":\"Plan\",\"enum\":[\"free\",\"paid\"]}}}";

    @Inject
    PageWriter pages;

    private static PresentedState presented(String provider, @Nullable String account, String redirectUrl) {
        return new PresentedState(
                ID, "acme", provider, "https://docs.example.com/?a=1&b=2", account, SCHEMA, 61, redirectUrl, null);
    }

    private Page again(ErrorCode code, String body, Detail... details) {
        return pages.formAgain(
                Locale.ENGLISH,
                presented("Example", null, RETURN),
                CredentialForm.of(SCHEMA),
                SubmittedForm.parse(body.getBytes(UTF_8)),
                new FormProblem(code, List.of(details)));
    }

    @Test
    void names_of_others_are_escaped_once_in_sentences_and_in_attributes() {
        String html = pages.form(Locale.ENGLISH, presented("<b>\"A&B's\"</b>", "<i>{page.heading}", RETURN))
                .html();

        assertThat(html).contains("Connect \u2068&lt;b&gt;&quot;A&amp;B&#39;s&quot;&lt;/b&gt;\u2069");
        assertThat(html).contains("<bdi>&lt;i&gt;{page.heading}</bdi>");
        assertThat(html).doesNotContain("<b>", "<i>", "&amp;lt;", "&amp;amp;");
        assertThat(html).contains("href=\"https://docs.example.com/?a=1&amp;b=2\"");
    }

    @Test
    void the_form_says_what_the_browser_and_the_user_need() {
        Page page = pages.form(Locale.ENGLISH, presented("Example", null, RETURN));

        assertThat(page.html()).startsWith("<!DOCTYPE html>");
        assertThat(page.html())
                .contains("action=\"/auth/capture/" + ID + "\"", "2 min", "data-seconds=\"61\"", "minlength=\"8\"")
                .contains("aria-describedby=\"f0-error\"", "autocomplete=\"off\"")
                .contains("href=\"" + RETURN.replace("&", "&amp;") + "\"");
        assertThat(page.headers().get("Content-Security-Policy")).contains("form-action 'self' https://your-app.com;");
        assertThat(page.html()).as("no row for an account that was not named").doesNotContain("<dt>For</dt>");
    }

    @Test
    void a_rule_that_was_violated_is_told_at_its_field_and_nothing_typed_comes_back() {
        String html = again(
                        ErrorCode.INVALID_CREDENTIALS,
                        "f0=canary&f1=1",
                        new Detail("/credentials/api_key", "minLength", "must be at least 8 characters long"))
                .html();

        assertThat(html)
                .contains("id=\"f0-error\">Enter at least this many characters: 8</p>")
                .contains("<a href=\"#f0\">")
                .contains("aria-invalid=\"true\" autofocus")
                .contains("<option value=\"1\" selected>paid</option>")
                .doesNotContain("canary");
    }

    @Test
    void what_the_provider_rejects_is_told_at_the_top_of_the_form() {
        String html = again(ErrorCode.CREDENTIALS_REJECTED, "f0=canary").html();

        assertThat(html)
                .contains("role=\"alert\"", "\u2068Example\u2069 did not accept these credentials")
                .doesNotContain("canary", "aria-invalid");
    }

    @Test
    void what_could_not_be_stored_leaves_the_form_open() {
        assertThat(again(ErrorCode.UNAVAILABLE, "f0=canary").html())
                .contains("could not be stored at the moment", "<form")
                .doesNotContain("canary");
    }

    @Test
    void a_violation_of_no_single_field_is_told_at_the_top() {
        assertThat(again(ErrorCode.INVALID_CREDENTIALS, "f0=x", new Detail("/credentials", "anyOf", "…"))
                        .html())
                .contains("This is not what \u2068Example\u2069 asks for");
    }

    @Test
    void no_page_leads_to_what_is_no_web_address() {
        PresentedState hostile = new PresentedState(
                ID, "acme", "P", "javascript:alert(1)", null, SCHEMA, 60, "javascript:alert(1)", null);

        assertThat(pages.form(Locale.ENGLISH, hostile).html()).doesNotContain("javascript:");
        assertThat(pages.refused(Locale.ENGLISH, hostile, ErrorCode.STATE_USED).html())
                .doesNotContain("javascript:");
    }

    @Test
    void every_language_has_every_page() {
        for (Locale language : PageLanguage.SPOKEN) {
            String form =
                    pages.form(language, presented("Example", "Ada", RETURN)).html();
            assertThat(form).contains("<html lang=\"" + language.toLanguageTag() + "\">");
            for (ErrorCode code : ErrorCode.values()) {
                String notice = pages.refused(language, presented("Example", null, RETURN), code)
                        .html();
                assertThat(notice).contains("<h1>").doesNotContain("NOT_FOUND");
            }
            if (!language.equals(Locale.ENGLISH)) {
                assertThat(form).doesNotContain("Time left", "Where do I find", "Cancel<");
            }
        }
    }
}
