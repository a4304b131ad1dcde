package dev.nexus.e2e.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.Browser;
import dev.nexus.e2e.support.NeedsOnPath;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The appearance of the hosted page: field types, languages, a phone, dark mode and hostile texts. */
@NeedsOnPath({"chromium", "chromedriver"})
@ExtendWith(CapturePageExtension.class)
class CapturePageAppearanceIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_WEIGHT = 20 * 1024;

    private final CapturePages pages = new CapturePages();
    private final Backend acme = pages.acme();

    @Test
    void each_value_is_stored_with_the_type_in_the_schema() throws Exception {
        pages.putNamed("typed", """
                {"type": "object", "required": ["api_key", "region", "port", "login"], "properties": {
                  "api_key": {"type": "string", "title": "Secret key", "format": "password", "minLength": 8, "maxLength": 64,
                    "description": "Made in the console under Access. It is shown once."},
                  "region": {"title": "Region", "enum": ["eu-central", "us-east", 3]},
                  "port": {"type": "integer", "title": "Port", "minimum": 1, "maximum": 65535},
                  "ratio": {"type": "number", "title": "Ratio", "description": "Between 0 and 2."},
                  "note": {"type": "string", "title": "Note"},
                  "sandbox": {"type": "boolean", "title": "This is a sandbox account"},
                  "login": {"type": "object", "title": "Sign-in", "required": ["user"], "properties": {
                    "user": {"type": "string", "title": "User"}}}}}
                """, "Typed provider");
        Begun begun = pages.begin("typed");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            browser.assertAccessible();
            browser.screenshot("typed");
            browser.phone();
            browser.assertFitsItsWidth();
            browser.screenshot("typed-phone");
            browser.field("Secret key").sendKeys("12345678");
            browser.field("Region").sendKeys("3");
            browser.field("Port").sendKeys("70000");
            browser.field("Ratio").sendKeys("1.10");
            browser.field("This is a sandbox account").click();
            browser.field("User").sendKeys("ada");
            browser.submit();

            browser.await("the error", page -> !page.all(".problem").isEmpty());
            assertThat(browser.errorOf(browser.field("Port"))).isEqualTo("Enter 65535 or less.");
            assertThat(browser.field("This is a sandbox account").isSelected())
                    .as("a choice is kept")
                    .isTrue();
            assertThat(browser.field("Region").getAttribute("value")).isEqualTo("2");
            assertThat(browser.field("User").getAttribute("value"))
                    .as("a value that is not secret is kept")
                    .isEqualTo("ada");
            assertThat(browser.field("Port").getAttribute("value")).isEqualTo("70000");
            assertThat(browser.field("Secret key").getAttribute("value")).isEmpty();
            browser.assertAccessible();
            browser.screenshot("typed-server-error");
            browser.field("Secret key").sendKeys("12345678");
            browser.field("Port").clear();
            browser.field("Port").sendKeys("443");
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        assertThat(acme.token(begun.id()).asString())
                .contains("\"credentials\":{\"api_key\":\"12345678\",\"region\":3,\"port\":443,\"ratio\":1.10,"
                        + "\"sandbox\":true,\"login\":{\"user\":\"ada\"}}");
    }

    @Test
    void page_for_a_schema_with_a_list_refers_the_user_to_the_application() throws Exception {
        pages.putNamed("listed", """
                {"type": "object", "required": ["api_key", "scopes"], "properties": {
                  "api_key": {"type": "string"}, "scopes": {"type": "array", "items": {"type": "string"}}}}
                """, "Listed provider");
        Begun begun = pages.begin("listed");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));

            assertThat(browser.heading()).isEqualTo("This page cannot show the form");
            browser.assertAccessible();
            browser.find("a.button").click();
            pages.awaitReturn(browser, pages.failed(begun, "access_denied"));
        }
    }

    @Test
    void hostile_schema_texts_are_escaped_and_keep_the_layout() throws Exception {
        String hostile =
                "{page.heading}<script>window.pwned=1</script><img src=x onerror=window.pwned=1>\"'><svg onload=window.pwned=1>"
                        + "\u202Egnp.exe\u202C\u2066";
        String name = "\"><img src=x onerror=window.pwned=1> </input> \u202Eevil";
        ObjectNode schema = JSON.createObjectNode().put("type", "object");
        schema.putArray("required").add("api_key").add(name);
        ObjectNode properties = schema.putObject("properties");
        properties
                .putObject("api_key")
                .put("type", "string")
                .put("title", hostile)
                .put("description", "x".repeat(3_000) + hostile)
                .put("format", "password")
                .put("pattern", "^[\"'<>a-z]+$")
                .put("default", hostile);
        properties.putObject(name).put("type", "string").put("default", "\" onfocus=window.pwned=1 autofocus x=\"");
        properties
                .putObject("choice")
                .put("title", "W".repeat(5_000))
                .putArray("enum")
                .add("</option></select>" + hostile)
                .add("W".repeat(5_000));
        properties.putObject("submit").put("type", "string").put("title", "\u202E\u2067rtl עברית");
        pages.putNamed("hostile", JSON.writeValueAsString(schema), "<b onmouseover=window.pwned=1>Bold & \"evil\"</b>");
        Begun begun = pages.begin("hostile");
        try (Browser browser = Browser.start()) {
            browser.phone();
            browser.open(pages.authUrl(begun));

            assertThat(browser.heading()).contains("<b onmouseover=window.pwned=1>Bold & \"evil\"</b>");
            assertThat(browser.find("label").getText()).contains("<script>window.pwned=1</script>", "{page.heading}");
            assertThat(browser.driver().getPageSource()).doesNotContain("\u202E");
            assertThat(browser.all("img, svg, main script")).hasSize(1);
            browser.assertFitsItsWidth();
            browser.assertAccessible();
            browser.screenshot("hostile-phone");
            browser.field("{page.heading}").sendKeys("abc");
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(begun));
            assertThat(browser.run("return window.pwned")).isNull();
        }
        assertThat(acme.token(begun.id()).asString()).contains("\\\" onfocus=window.pwned=1 autofocus x=\\\"");
    }

    @Test
    void phone_and_dark_mode_are_accessible() {
        Begun begun = pages.beginFor("Ada Lovelace, Difference Engines International");
        try (Browser browser = Browser.start()) {
            browser.dark();
            browser.open(pages.authUrl(begun));
            assertThat(browser.run("return document.querySelector('header img').currentSrc"))
                    .as("the logo for dark mode")
                    .isEqualTo(acme.gatewayUrl() + browser.find("header source").getDomAttribute("srcset"));
            assertThat(browser.find("body").getCssValue("background-color")).isEqualTo("rgba(11, 15, 23, 1)");
            browser.assertAccessible();
            browser.screenshot("form-dark");
            browser.phone();
            browser.assertFitsItsWidth();
            browser.assertAccessible();
            browser.screenshot("form-dark-phone");
            browser.submit();
            browser.assertAccessible();
        }
    }

    @Test
    void page_uses_the_language_of_the_user_if_available() {
        Map<String, String> cancel = Map.of(
                "de-AT,en;q=0.5", "de Abbrechen 10 Minuten",
                "fr", "fr Annuler 10 minutes",
                "es", "es Cancelar 10 minutos",
                "pt-BR", "pt-BR Cancelar 10 minutos",
                "pt-PT", "pt-PT Cancelar 10 minutos",
                "nl", "en Cancel 10 minutes");
        try (Browser browser = Browser.start()) {
            cancel.forEach((language, words) -> {
                browser.language(language);
                browser.open(pages.authUrl(pages.beginFor("Ada")));

                String spoken = Objects.requireNonNull(browser.find("html").getAttribute("lang"));
                assertThat(spoken + " " + browser.find("a.quiet").getText() + " "
                                + browser.find("[role=timer]").getText())
                        .isEqualTo(words);
                for (String ofTheProvider : List.of("label bdi", ".help")) {
                    assertThat(browser.find(ofTheProvider).getAttribute("lang"))
                            .as("the language of the catalogue's texts")
                            .isEqualTo(spoken.equals("en") ? "" : "en");
                }
                browser.assertAccessible();
                browser.screenshot("language-" + spoken);
            });
        }
    }

    @Test
    void page_is_small_and_loads_only_from_the_gateway() {
        Begun begun = pages.begin("github");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));

            List<?> files = (List<?>) Objects.requireNonNull(browser.run("""
                    return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                        .map(one => one.name + ' ' + Math.max(one.transferSize, one.encodedBodySize))
                    """));
            assertThat(files).hasSizeGreaterThanOrEqualTo(4);
            assertThat(files).allMatch(file -> file.toString().startsWith(acme.gatewayUrl()));
            long weight = files.stream()
                    .mapToLong(file -> Long.parseLong(
                            file.toString().substring(file.toString().indexOf(' ') + 1)))
                    .sum();
            System.out.println("The page weighs " + weight + " bytes in " + files.size() + " files");
            assertThat(weight).isBetween(5_000L, (long) MAX_WEIGHT);
        }
    }

    /** The other tests rely on this: {@link Browser} detects a violation of the page's content security policy. */
    @Test
    void inline_script_is_blocked_and_reported() {
        Begun begun = pages.begin("github");
        Browser browser = Browser.start();
        try {
            browser.open(pages.authUrl(begun));
            assertThat(browser.policyViolations()).isEmpty();

            browser.run("const script = document.createElement('script'); script.textContent = 'window.planted = 1';"
                    + " document.body.append(script)");

            assertThat(browser.policyViolations()).isNotEmpty();
            assertThat(browser.run("return window.planted")).isNull();
        } finally {
            browser.end();
        }
    }
}
