package dev.nexus.e2e.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Browser;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.launcher.ExampleBackend;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/**
 * The example backend in Chromium, with its own form and with the hosted page. Checks most pages with axe-core, and
 * takes screenshots.
 */
@ExtendWith(NexusExtension.class)
@NeedsOnPath({"chromium", "chromedriver"})
class ExampleTourIT {

    private static GitHubDouble github;
    private static ExampleBackend example;

    private final String user = "u" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() throws Exception {
        github = GitHubDouble.start();
        github.register(NexusExtension.acme());
        example = ExampleBackend.start(NexusExtension.nexus(), 0, github.settings());
    }

    @AfterAll
    static void end() {
        example.close();
        github.close();
    }

    /** Checks the accessibility and the width of the current page and takes a screenshot. */
    private static void checkAppearance(Browser browser, String name) {
        browser.assertAccessible();
        browser.assertFitsItsWidth();
        browser.screenshot("example-" + name);
    }

    private static void awaitPage(Browser browser, String css) {
        browser.await("a page with " + css, page -> page.find(css).isDisplayed());
    }

    private static void awaitNotice(Browser browser, String words) {
        browser.await(
                "the notice " + words, page -> page.find("#notice").getText().contains(words));
    }

    private void signIn(Browser browser, String name) {
        browser.open(example.url() + "/");
        browser.find("#user").sendKeys(name, Keys.ENTER);
        awaitPage(browser, "#connect");
    }

    @Test
    void tour_with_the_form_of_the_example() {
        try (Browser browser = Browser.start()) {
            browser.open(example.url() + "/");
            checkAppearance(browser, "1-sign-in");
            signIn(browser, user);
            checkAppearance(browser, "2-nothing-yet");

            browser.find("#connect [value=form]").click();
            awaitPage(browser, "#credential");
            checkAppearance(browser, "3-own-form");
            browser.find("[name='credential.api_key']").sendKeys("not-a-token", Keys.ENTER);
            awaitPage(browser, "#error-1");
            checkAppearance(browser, "4-own-form-refused");
            browser.find("[name='credential.api_key']").sendKeys("ghp_good_CANARY", Keys.ENTER);
            awaitNotice(browser, "Connected");
            assertThat(browser.url()).isEqualTo(example.url() + "/connections");
            checkAppearance(browser, "5-connected");

            browser.find("form.use button").click();
            awaitNotice(browser, "GitHub answered 200 You are octocat");
            checkAppearance(browser, "6-used");

            browser.find("article.row details:has(form.rotate) summary").click();
            awaitPage(browser, "form.rotate [value=form]");
            checkAppearance(browser, "7-rotate");
            browser.find("form.rotate [value=form]").click();
            awaitPage(browser, "#credential");
            browser.find("[name='credential.api_key']").sendKeys("ghp_good_CANARY_2", Keys.ENTER);
            awaitPage(browser, ".replaced-by");
            checkAppearance(browser, "8-rotated");

            browser.find("article.row details:has(form.disconnect) summary").click();
            awaitPage(browser, "form.disconnect button");
            checkAppearance(browser, "9-disconnect");
            browser.find("form.disconnect button").click();
            awaitNotice(browser, "Disconnected");
            checkAppearance(browser, "10-disconnected");
            assertThat(browser.driver().getPageSource()).doesNotContain("CANARY");
        }
    }

    @Test
    void tour_with_the_hosted_page() {
        try (Browser browser = Browser.start()) {
            signIn(browser, user);

            browser.find("#connect [value=hosted]").click();
            browser.await("Nexus's page", page -> page.url().contains("/auth/capture/"));
            assertThat(browser.find("main").getText()).contains("GitHub", user);
            checkAppearance(browser, "hosted-1-page");
            browser.field("Personal access token").sendKeys("ghp_good_hosted");
            browser.submit();
            awaitNotice(browser, "Connected");
            assertThat(browser.url()).isEqualTo(example.url() + "/connections");
            browser.find("form.use button").click();
            awaitNotice(browser, "GitHub answered 200 You are octocat");
            checkAppearance(browser, "hosted-2-used");

            browser.find("article.row details:has(form.rotate) summary").click();
            browser.find("form.rotate [value=hosted]").click();
            browser.await("Nexus's page", page -> page.url().contains("/auth/capture/"));
            browser.find("a.quiet").click();
            awaitNotice(browser, "You cancelled");
            checkAppearance(browser, "hosted-3-cancelled");
            assertThat(browser.all("form.use")).hasSize(1);
        }
        assertThat(github.authorizations()).contains("Bearer ghp_good_hosted");
    }

    @Test
    void user_of_a_phishing_link_is_warned_and_its_sender_gets_no_connection() {
        PlainBrowser mallory = new PlainBrowser(example.url());
        mallory.submit(mallory.open("/").form("form.choices"), Map.of("user", "mallory"));
        String authUrl = mallory.submit(mallory.open("/connections").form("#connect"), Map.of("way", "hosted"))
                .location();
        try (Browser victim = Browser.start()) {
            signIn(victim, user);

            victim.open(authUrl);
            String id = victim.url().substring(victim.url().lastIndexOf('/') + 1);
            assertThat(victim.find("main").getText()).contains("mallory");
            victim.field("Personal access token").sendKeys("ghp_good_victim");
            victim.submit();
            victim.await(
                    "the refusal", page -> page.heading().equals("This connection was started in another browser"));
            checkAppearance(victim, "victim");

            assertThat(NexusExtension.acme().check(id).<String>path("status")).isEqualTo("revoked");
            assertThat(mallory.open("/connections").document().select("form.use"))
                    .isEmpty();
        }
    }

    @Test
    void tour_on_a_phone_in_dark_mode() {
        try (Browser browser = Browser.start()) {
            browser.phone();
            browser.dark();
            browser.open(example.url() + "/");
            checkAppearance(browser, "phone-1-sign-in");
            signIn(browser, user);
            checkAppearance(browser, "phone-2-nothing-yet");

            browser.find("#others summary").click();
            browser.find("#provider option[value=demo]").click();
            browser.find("#label").sendKeys("A long label for the whole accounting department in Vienna");
            checkAppearance(browser, "phone-3-another");
            browser.find("#connect-other [value=form]").click();
            awaitPage(browser, "#credential");
            checkAppearance(browser, "phone-4-form");
            browser.find("[name='credential.region'] option[value=Europe]").click();
            browser.find("[name='credential.api_key']").sendKeys("demo_CANARY", Keys.ENTER);
            awaitNotice(browser, "Connected");
            browser.find("form.use button").click();
            awaitNotice(browser, "Demo answered 200 You are demo-user");
            browser.find("article.row details:has(form.disconnect) summary").click();
            checkAppearance(browser, "phone-5-used");
            browser.open(example.url() + "/connections/callback?status=success&connection_id=x");
            checkAppearance(browser, "phone-6-refused");
        }
    }

    @Test
    void tour_with_only_the_keyboard_and_without_javascript() {
        Browser browser = Browser.withoutJavaScript();
        try {
            browser.dark();
            signIn(browser, user);
            browser.find("#connect [value=form]").sendKeys(Keys.ENTER);
            awaitPage(browser, "#credential");
            browser.find("[name='credential.api_key']").sendKeys("ghp_good_keyboard", Keys.ENTER);
            awaitNotice(browser, "Connected");
            browser.find("form.use button").sendKeys(Keys.SPACE);
            awaitNotice(browser, "GitHub answered 200 You are octocat");
            browser.screenshot("example-dark-used");
            browser.find("article.row details:has(form.disconnect) summary").sendKeys(Keys.ENTER);
            awaitPage(browser, "form.disconnect button");
            browser.find("form.disconnect button").sendKeys(Keys.ENTER);
            awaitNotice(browser, "Disconnected");
        } finally {
            browser.end();
        }
    }
}
