package dev.nexus.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedField;
import dev.nexus.contracts.PresentedState;
import dev.nexus.gateway.component.StubbedBroker;
import dev.nexus.gateway.http.ErrorPage.Page;
import dev.nexus.gateway.page.PageCookies.FormProblem;
import dev.nexus.strategy.CredentialRule;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class PageWriterTest {

    private static final UUID ID = UUID.fromString("018f3a1c-2d00-7000-8000-000000000000");
    private static final String RETURN = "https://your-app.com/callback?status=error&error=access_denied";
    private static final Pattern FIELD_ERROR = Pattern.compile("id=\"f0-error\">([^<]*)</p>");
    private static final Pattern TIMER =
            Pattern.compile("role=\"timer\"[^>]* data-seconds=\"(?<seconds>[^\"]*)\">(?<shown>[^<]*)</span>");
    private static final String SCHEMA = "{\"type\":\"object\",\"required\":[\"site\",\"plan\"],\"properties\":{"
            + "\"site\":{\"type\":\"string\",\"title\":\"Site\",\"minLength\":8},"
            + "\"plan\":{\"title\":\"Plan\",\"enum\":[\"free\",\"paid\"]}}}";

    @Inject
    PageWriter pages;

    private static PresentedState presented(String provider, @Nullable String account, String redirectUrl) {
        return new PresentedState(
                ID,
                "acme",
                provider,
                "https://docs.example.com/?a=1&b=2",
                account,
                SCHEMA,
                null,
                null,
                61,
                redirectUrl,
                null);
    }

    private Page formWithProblem(ErrorCode code, Map<String, String> kept, Detail... details) {
        return pages.form(
                Locale.ENGLISH,
                presented("Example", null, RETURN),
                Optional.of(new FormProblem(code, List.of(details), Optional.of(SubmittedForm.of(kept)))));
    }

    /** Returns the error text of the field {@code site} for a violated rule. */
    private String errorText(Locale language, String rule, @Nullable String suffix) {
        PresentedState presented = new PresentedState(
                ID,
                "acme",
                "Example",
                null,
                null,
                SCHEMA,
                null,
                Map.of("site", new PresentedField(null, null, null, suffix, false, false, false)),
                61,
                RETURN,
                null);
        FormProblem problem = new FormProblem(
                ErrorCode.INVALID_CREDENTIALS,
                List.of(new Detail("/credentials/site", rule, "…")),
                Optional.of(SubmittedForm.of(Map.of())));
        Matcher error = FIELD_ERROR.matcher(
                pages.form(language, presented, Optional.of(problem)).html());
        assertThat(error.find()).isTrue();
        return error.group(1);
    }

    private Page form(Locale language, PresentedState presented) {
        return pages.form(language, presented, Optional.empty());
    }

    @Test
    void external_names_are_escaped_once_in_text_and_attributes() {
        String html = form(Locale.ENGLISH, presented("<b>\"A&B's\"</b>", "<i>{page.heading}", RETURN))
                .html();

        assertThat(html).contains("Connect \u2068&lt;b&gt;&quot;A&amp;B&#39;s&quot;&lt;/b&gt;\u2069");
        assertThat(html).contains("<bdi>&lt;i&gt;{page.heading}</bdi>");
        assertThat(html).doesNotContain("<b>", "<i>", "&amp;lt;", "&amp;amp;");
        assertThat(html).contains("href=\"https://docs.example.com/?a=1&amp;b=2\"");
    }

    @Test
    void form_has_the_attributes_for_browser_and_user() {
        Page page = form(Locale.ENGLISH, presented("Example", null, RETURN));

        assertThat(page.html()).startsWith("<!DOCTYPE html>");
        assertThat(page.html())
                .contains(
                        "action=\"/auth/capture/" + ID + "\"",
                        ">1 minute</span>",
                        "data-left=\"61\"",
                        "minlength=\"8\"")
                .contains("aria-describedby=\"f0-error\"", "autocomplete=\"off\"")
                .contains("href=\"" + RETURN.replace("&", "&amp;") + "\"");
        assertThat(page.headers().get("Content-Security-Policy")).contains("form-action 'self' https://your-app.com;");
        assertThat(page.html()).as("no row for a missing account name").doesNotContain("<dt>Requested for</dt>");
    }

    @Test
    void violated_rule_is_shown_at_its_field_with_the_kept_values() {
        String html = formWithProblem(
                        ErrorCode.INVALID_CREDENTIALS,
                        Map.of("f0", "acme", "f1", "1"),
                        new Detail("/credentials/site", "minLength", "must be at least 8 characters long"))
                .html();

        assertThat(html)
                .contains("id=\"f0-error\">Too short. Minimum number of characters: 8</p>")
                .contains("<a href=\"#f0\">")
                .contains("value=\"acme\"", "role=\"alert\" tabindex=\"-1\" autofocus")
                .contains("<option value=\"1\" selected>paid</option>")
                .contains("secret values were not kept");
    }

    @ParameterizedTest
    @EnumSource(CredentialRule.class)
    void each_credential_rule_has_a_text_in_each_language(CredentialRule rule) {
        String english = errorText(Locale.ENGLISH, rule.wire(), null);

        for (Locale language : PageWriter.LANGUAGES) {
            PageText text = PageWriter.text(language);
            String message = errorText(language, rule.wire(), null);
            assertThat(message).isNotBlank().isNotEqualTo(text.fieldRefused()).doesNotContain("NOT_FOUND");
            if (!language.equals(Locale.ENGLISH)) {
                assertThat(message).isNotEqualTo(english);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "invisibleCharacter | This value contains an invisible character.",
                "lineBreak          | This field accepts only one line.",
                "notEmpty           | Fill in this field.",
                "surroundingSpace   | Remove the space at the beginning or the end.",
                "repeatedPrefix     | Enter only the value itself. Text before or after it, such as “Bearer”,",
                "colon              | This value must not contain a colon (:).",
                "formBody           | This form is not set up correctly.",
                "pathPosition       | This form is not set up correctly.",
                "anotherRule        | This value is not valid.",
            })
    void the_text_at_the_field_names_the_rule(String rule, String message) {
        assertThat(errorText(Locale.ENGLISH, rule, null)).startsWith(message);
    }

    @Test
    void host_error_names_the_suffix_of_the_field() {
        assertThat(errorText(Locale.ENGLISH, "host", ".atlassian.net"))
                .startsWith("Enter only the part before .atlassian.net ");
        assertThat(errorText(Locale.GERMAN, "host", ".atlassian.net")).contains("den Teil vor .atlassian.net ein");
        assertThat(errorText(Locale.ENGLISH, "host", null)).startsWith("Enter a public host name");
        assertThat(errorText(Locale.ENGLISH, "host", "")).startsWith("Enter a public host name");
    }

    @Test
    void rejection_by_the_provider_is_shown_at_the_top() {
        assertThat(formWithProblem(ErrorCode.CREDENTIALS_REJECTED, Map.of()).html())
                .contains("role=\"alert\"", "\u2068Example\u2069 rejected these credentials")
                .doesNotContain("aria-invalid");
    }

    @Test
    void storage_failure_keeps_the_form_open() {
        assertThat(formWithProblem(ErrorCode.UNAVAILABLE, Map.of("f0", "acme")).html())
                .contains("Your credentials could not be stored", "<form", "value=\"acme\"");
    }

    @Test
    void unavailable_verification_names_the_provider_and_keeps_the_form_open() {
        String html =
                formWithProblem(ErrorCode.VERIFICATION_UNAVAILABLE, Map.of()).html();

        assertThat(html)
                .contains("role=\"alert\"", "These credentials for \u2068Example\u2069 could not be verified", "<form")
                .contains("Your input is not the cause")
                .doesNotContain("aria-invalid");
    }

    @Test
    void violation_without_a_field_is_shown_at_the_top() {
        assertThat(formWithProblem(ErrorCode.INVALID_CREDENTIALS, Map.of(), new Detail("/credentials", "anyOf", "…"))
                        .html())
                .contains("Your entries do not meet the requirements of \u2068Example\u2069");
    }

    @Test
    void field_follows_the_hints_of_the_provider() {
        PresentedState presented = new PresentedState(
                ID,
                "acme",
                "Example",
                "https://docs.example.com",
                null,
                "{\"type\":\"object\",\"properties\":{\"key\":{\"type\":\"string\",\"title\":\"Old\"},"
                        + "\"site\":{\"type\":\"string\"}}}",
                "nl",
                Map.of(
                        "key",
                        new PresentedField("Key", "Help", "https://example.com/keys?a=1&b=2", null, true, true, false),
                        "site",
                        new PresentedField(null, null, null, ".example.com", false, false, false)),
                59,
                RETURN,
                null);

        assertThat(form(Locale.ENGLISH, presented).html())
                .contains("<bdi lang=\"nl\">Key</bdi>", "lang=\"nl\">Help</p>", "59 seconds")
                .contains("<a href=\"https://example.com/keys?a=1&amp;b=2\" target=\"_blank\"")
                .contains("Find it at \u2068example.com\u2069")
                .contains("<textarea id=\"f0\"", "class=\"masked\"")
                .contains("data-suffix=\".example.com\"", "id=\"f1-suffix\">.example.com<")
                .doesNotContain("Old", "docs.example.com");
    }

    @Test
    void a_required_field_that_may_be_empty_is_required_until_the_script_can_ask_for_confirmation() {
        PresentedState presented = new PresentedState(
                ID,
                "acme",
                "Example",
                null,
                null,
                "{\"type\":\"object\",\"required\":[\"password\",\"code\"],\"properties\":{"
                        + "\"password\":{\"type\":\"string\"},\"code\":{\"type\":\"string\",\"minLength\":1}}}",
                null,
                Map.of(
                        "password",
                        new PresentedField(null, null, null, null, false, true, true),
                        "code",
                        new PresentedField(null, null, null, null, false, true, true)),
                60,
                RETURN,
                null);

        String html = form(Locale.ENGLISH, presented).html();

        assertThat(html)
                .containsPattern("<input [^>]*id=\"f0\"[^>]* data-empty=\"This field is empty[^>]*>")
                .as("without JavaScript the browser rejects an empty field")
                .containsPattern("<input [^>]*id=\"f0\"[^>]* required")
                .as("a field whose schema has a minLength cannot be empty")
                .containsPattern("<input [^>]*id=\"f1\"[^>]* required")
                .doesNotContainPattern("<input [^>]*id=\"f1\"[^>]* data-empty")
                .as("no field is optional")
                .doesNotContain("(optional)");
    }

    @Test
    void pages_contain_no_links_with_other_schemes() {
        PresentedState hostile = new PresentedState(
                ID, "acme", "P", "javascript:alert(1)", null, SCHEMA, null, null, 60, "javascript:alert(1)", null);

        assertThat(form(Locale.ENGLISH, hostile).html()).doesNotContain("javascript:");
        assertThat(pages.refused(Locale.ENGLISH, hostile, ErrorCode.STATE_USED).html())
                .doesNotContain("javascript:");
    }

    @ParameterizedTest
    @CsvSource({
        "en,    1 second,  2 seconds,  1 minute, 2 minutes, 0 seconds",
        "de,    1 Sekunde, 2 Sekunden, 1 Minute, 2 Minuten, 0 Sekunden",
        "fr,    1 seconde, 2 secondes, 1 minute, 2 minutes, 0 seconde",
        "es,    1 segundo, 2 segundos, 1 minuto, 2 minutos, 0 segundos",
        "pt-BR, 1 segundo, 2 segundos, 1 minuto, 2 minutos, 0 segundo",
        "pt-PT, 1 segundo, 2 segundos, 1 minuto, 2 minutos, 0 segundos",
    })
    void the_timer_has_the_units_and_plurals_of_the_language(
            String language, String second, String seconds, String minute, String minutes, String none) {
        assertThat(timer(language, 1, "shown")).isEqualTo(second);
        assertThat(timer(language, 2, "shown")).isEqualTo(seconds);
        assertThat(timer(language, 60, "shown")).isEqualTo(minute);
        assertThat(timer(language, 120, "shown")).isEqualTo(minutes);
        assertThat(timer(language, 0, "shown")).isEqualTo(none);
        assertThat(timer(language, 2, "seconds")).as("for page.js").isEqualTo(seconds.replace("2", "{n}"));
    }

    /** Returns a text of the timer with plain spaces. The group is shown or seconds. */
    private String timer(String language, long seconds, String group) {
        PresentedState presented =
                new PresentedState(ID, "acme", "Example", null, null, SCHEMA, null, null, seconds, RETURN, null);
        Matcher timer =
                TIMER.matcher(form(Locale.forLanguageTag(language), presented).html());
        assertThat(timer.find()).isTrue();
        return timer.group(group).replace('\u00A0', ' ');
    }

    @Test
    void each_page_exists_in_each_language() {
        for (Locale language : PageWriter.LANGUAGES) {
            String form = form(language, presented("Example", "Ada", RETURN)).html();
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
