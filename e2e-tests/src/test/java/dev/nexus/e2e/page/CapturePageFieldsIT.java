package dev.nexus.e2e.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.Browser;
import dev.nexus.e2e.support.NeedsOnPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The fields of the hosted page in a real browser: typed, pasted and loaded values, and the stored credentials. */
@NeedsOnPath({"chromium", "chromedriver"})
@ExtendWith(CapturePageExtension.class)
class CapturePageFieldsIT {

    private static final String PEM = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49
            AgEGCCqGSM49AwEH
            -----END PRIVATE KEY-----
            """;

    /** A multi-line key, a multi-line chain and a single-line note. */
    private static final String LINES = """
            {"type": "object", "required": ["private_key"], "properties": {
              "private_key": {"type": "string", "title": "Private key", "format": "password",
                "contentMediaType": "application/x-pem-file"},
              "chain": {"type": "string", "title": "Chain", "x-multiline": true},
              "note": {"type": "string", "title": "Note"}}}
            """;

    private static final String ACCOUNT = """
            {"type": "object", "required": ["site", "email", "token"], "properties": {
              "site": {"type": "string", "title": "Site"},
              "email": {"type": "string", "title": "Email", "format": "email"},
              "token": {"type": "string", "title": "Token", "format": "password", "pattern": "(?i)^tok_[a-z]+$"}}}
            """;

    private static final String BODY_STRATEGY =
            "{\"type\":\"body_field\",\"config\":{\"field_name\":\"key\",\"credential_field\":\"%s\"}}";

    private final CapturePages pages = new CapturePages();

    @TempDir
    Path folder;

    @Test
    void multiline_value_keeps_line_breaks_from_clipboard_and_file() throws IOException {
        pages.put("lines", LINES, BODY_STRATEGY.formatted("private_key"));
        Begun begun = pages.begin("lines");
        String chain = "first\r\nsecond\nthird\r\n";
        Path file = Files.writeString(folder.resolve("chain.pem"), chain);
        Path image = Files.write(folder.resolve("image.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1});
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            WebElement key = browser.field("Private key");
            assertThat(key.getTagName()).isEqualTo("textarea");
            assertThat(key.getCssValue("-webkit-text-security")).isEqualTo("disc");
            browser.paste(key, PEM);
            browser.find("button.show").click();
            assertThat(key.getCssValue("-webkit-text-security")).isEqualTo("none");
            WebElement fileOfChain = browser.fileInputOf(browser.field("Chain"));
            fileOfChain.sendKeys(image.toString());
            browser.await(
                    "the refusal", page -> page.errorOf(page.field("Chain")).contains("text file"));
            fileOfChain.sendKeys(file.toString());
            browser.await("the file", page -> Browser.value(page.field("Chain")).contains("third"));
            assertThat(browser.errorOf(browser.field("Chain"))).isEmpty();
            browser.assertAccessible();
            browser.screenshot("lines");
            browser.submit();

            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        pages.acme()
                .token(begun.id())
                .then()
                .body("credentials.private_key", equalTo(PEM))
                .body("credentials.chain", equalTo(chain));
    }

    @Test
    void loaded_file_is_stored_with_later_edits() throws IOException {
        pages.put("lines", LINES, BODY_STRATEGY.formatted("private_key"));
        Begun begun = pages.begin("lines");
        Path file = Files.writeString(folder.resolve("key.pem"), "one\r\ntwo\r\n");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            WebElement key = browser.field("Private key");
            browser.fileInputOf(key).sendKeys(file.toString());
            browser.await("the file", page -> Browser.value(key).contains("two"));
            key.sendKeys(Keys.chord(Keys.CONTROL, Keys.END), "three");
            browser.submit();

            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        pages.acme().token(begun.id()).then().body("credentials.private_key", equalTo("one\ntwo\nthree"));
    }

    @Test
    void text_area_keeps_line_breaks_without_javascript() throws IOException {
        pages.put("lines", LINES, BODY_STRATEGY.formatted("private_key"));
        Begun begun = pages.begin("lines");
        try (Browser browser = Browser.withoutJavaScript()) {
            browser.open(pages.authUrl(begun));
            assertThat(browser.fileInputOf(browser.field("Private key")).isDisplayed())
                    .as("controls that need JavaScript stay hidden")
                    .isFalse();
            browser.field("Private key").sendKeys("one", Keys.ENTER, "two", Keys.ENTER);
            browser.submit();

            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        pages.acme().token(begun.id()).then().body("credentials.private_key", equalTo("one\ntwo\n"));
    }

    @Test
    void multiline_paste_into_a_single_line_field_shows_an_error_and_changes_nothing() throws IOException {
        pages.put("lines", LINES, BODY_STRATEGY.formatted("private_key"));
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(pages.begin("lines")));
            WebElement note = browser.field("Note");
            note.sendKeys("before");

            browser.paste(note, "first\nsecond");

            assertThat(note.getAttribute("value")).isEqualTo("before");
            assertThat(browser.errorOf(note)).contains("one line");
            browser.paste(note, " after\n");
            assertThat(note.getAttribute("value"))
                    .as("a line break at the end is white space")
                    .isEqualTo("beforeafter");
            assertThat(browser.errorOf(note)).isEmpty();
        }
    }

    @Test
    void undo_reverts_only_the_last_paste() {
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(pages.begin("github")));
            WebElement token = browser.field("Personal access token");

            browser.paste(token, " AAA ");
            assertThat(token.getAttribute("value")).isEqualTo("AAA");
            assertThat(browser.find(".note").getText()).contains("were removed");
            browser.find(".note button").click();
            assertThat(token.getAttribute("value")).isEqualTo(" AAA ");
            assertThat(browser.find(".note").getText()).isEmpty();

            token.clear();
            browser.paste(token, " AAA ");
            token.sendKeys(Keys.chord(Keys.CONTROL, "a"));
            browser.paste(token, "BBB");
            assertThat(token.getAttribute("value")).isEqualTo("BBB");
            assertThat(browser.all(".note button"))
                    .as("nothing was removed from BBB")
                    .isEmpty();

            token.clear();
            browser.paste(token, " AAA ");
            token.sendKeys("x");
            assertThat(browser.all(".note button"))
                    .as("undo would also remove the typed text")
                    .isEmpty();

            browser.paste(token, "\"CCC\"");
            browser.find(".note button").click();
            assertThat(token.getAttribute("value")).isEqualTo("AAAx\"CCC\"");
        }
    }

    @Test
    void after_an_error_only_secret_values_are_cleared_and_the_back_button_does_not_resubmit() throws IOException {
        pages.put("account", ACCOUNT, BODY_STRATEGY.formatted("token"));
        Begun begun = pages.begin("account");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            browser.field("Site").sendKeys("acme");
            browser.field("Email").sendKeys("ada@example.com");
            browser.field("Token").sendKeys("wrong-canary");
            browser.submit();

            browser.await("the error", page -> !page.all(".problem").isEmpty());
            assertThat(browser.url()).isEqualTo(pages.pageUrl(begun));
            assertThat(browser.field("Site").getAttribute("value")).isEqualTo("acme");
            assertThat(browser.field("Email").getAttribute("value")).isEqualTo("ada@example.com");
            assertThat(browser.field("Token").getAttribute("value")).isEmpty();
            assertThat(browser.errorOf(browser.field("Token"))).startsWith("This value has the wrong format");
            assertThat(browser.driver().switchTo().activeElement()).isEqualTo(browser.find(".problem"));
            assertThat(browser.driver().getPageSource()).doesNotContain("wrong-canary", begun.state());
            browser.assertAccessible();
            browser.screenshot("kept");

            browser.driver().navigate().refresh();
            assertThat(browser.heading()).contains("Connect");
            assertThat(browser.all(".problem")).as("the error is shown once").isEmpty();
            browser.field("Email").sendKeys("ada@example.com");
            browser.field("Site").sendKeys("acme");
            browser.field("Token").sendKeys("wrong-canary");
            browser.submit();
            browser.await("the error", page -> !page.all(".problem").isEmpty());
            browser.open(pages.site().origin() + "/elsewhere");
            browser.driver().navigate().back();
            assertThat(browser.heading()).contains("Connect");

            browser.field("Site").clear();
            browser.field("Email").clear();
            browser.field("Site").sendKeys("acme");
            browser.field("Email").sendKeys("ada@example.com");
            browser.field("Token").sendKeys("TOK_good");
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(begun));
        }
    }

    @Test
    void each_field_has_its_type_help_link_and_suffix() {
        Begun begun = pages.begin("zendesk");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(pages.begin("api-key")));
            WebElement key = browser.field("API key");
            assertThat(key.getAttribute("type")).isEqualTo("password");
            assertThat(key.getAttribute("autocomplete")).isEqualTo("new-password");

            browser.open(pages.authUrl(pages.begin("openai")));
            assertThat(browser.find(".field a").getAttribute("href")).isEqualTo("https://platform.openai.com/api-keys");
            assertThat(browser.all(".where"))
                    .as("no link to the developer documentation")
                    .isEmpty();

            browser.open(pages.authUrl(begun));
            WebElement email = browser.field("Email");
            assertThat(email.getAttribute("type")).isEqualTo("email");
            assertThat(email.getAttribute("inputmode")).isEqualTo("email");
            assertThat(email.getAttribute("autocomplete")).isEqualTo("username");
            email.sendKeys("ada", Keys.TAB);
            assertThat(browser.errorOf(email)).contains("email address");
            email.clear();
            email.sendKeys("ada@example.com", Keys.TAB);
            assertThat(browser.errorOf(email)).isEmpty();
            WebElement subdomain = browser.field("Subdomain");
            assertThat(browser.find(".suffix").getText()).isEqualTo(".zendesk.com");
            subdomain.sendKeys("https://Acme.Zendesk.com/agent/tickets/1?x=y", Keys.TAB);
            assertThat(subdomain.getAttribute("value")).isEqualTo("acme");
            assertThat(browser.errorOf(subdomain)).isEmpty();
            browser.phone();
            browser.assertFitsItsWidth();
            browser.assertAccessible();
            browser.screenshot("zendesk-phone");
            browser.field("API token").sendKeys("token");
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        pages.acme()
                .token(begun.id())
                .then()
                .body("credentials.subdomain", equalTo("acme"))
                .body("credentials.email", equalTo("ada@example.com"));
    }

    @Test
    void an_empty_password_is_stored_after_a_second_submit() {
        Begun begun = pages.begin("basic-auth");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            browser.field("Username").sendKeys("ada");
            WebElement password = browser.field("Password");

            browser.submit();

            assertThat(browser.errorOf(password)).contains("This field is empty");
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        pages.acme()
                .token(begun.id())
                .then()
                .body("credentials.username", equalTo("ada"))
                .body("credentials.password", equalTo(""));
    }

    @Test
    void without_javascript_an_empty_password_is_not_sent() {
        Begun begun = pages.begin("basic-auth");
        try (Browser browser = Browser.withoutJavaScript()) {
            browser.open(pages.authUrl(begun));
            browser.field("Username").sendKeys("ada");

            browser.submit();

            assertThat(browser.url()).isEqualTo(pages.pageUrl(begun));
            browser.field("Password").sendKeys("not-empty");
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        pages.acme().token(begun.id()).then().body("credentials.password", equalTo("not-empty"));
    }

    @Test
    void offline_submit_shows_an_error_and_keeps_the_values() {
        Begun begun = pages.begin("api-key");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            browser.field("API key").sendKeys("kept");
            browser.offline(true);
            browser.submit();

            browser.await("the message", page -> page.find("#offline").getText().contains("No network connection"));
            assertThat(browser.url()).isEqualTo(pages.pageUrl(begun));
            assertThat(browser.field("API key").getAttribute("value")).isEqualTo("kept");
            browser.assertAccessible();
            browser.screenshot("offline");

            browser.offline(false);
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        pages.acme().token(begun.id()).then().body("credentials.api_key", equalTo("kept"));
    }
}
