package dev.nexus.e2e.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.Browser;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.launcher.ServiceProcess;
import io.restassured.RestAssured;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.interactions.Actions;

/** The hosted page in a real browser, from auth_url back to the application. */
@NeedsOnPath({"chromium", "chromedriver"})
@ExtendWith(CapturePageExtension.class)
class CapturePageIT {

    private static final String GITHUB_TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";

    private final CapturePages pages = new CapturePages();
    private final ReturnSite site = pages.site();
    private final Backend acme = pages.acme();
    private final Backend globex = CapturePageExtension.globex();

    @Test
    void api_key_flow_from_auth_url_to_return_url() {
        Begun begun = pages.beginFor("Ada’s team");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));

            assertThat(browser.url()).isEqualTo(pages.pageUrl(begun));
            assertThat(browser.heading()).contains("Connect", "GitHub");
            assertThat(browser.find(".facts").getText()).contains("Acme Reports", "Ada’s team", "127.0.0.1");
            assertThat(browser.driver().getPageSource()).doesNotContain(begun.state());
            assertThat(browser.field("Personal access token").getAttribute("type"))
                    .isEqualTo("password");
            browser.assertAccessible();
            browser.screenshot("form");
            browser.field("Personal access token").sendKeys(GITHUB_TOKEN);
            browser.submit();

            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        acme.check(begun.id()).then().body("status", equalTo("active"));
        acme.token(begun.id()).then().body("credentials.api_key", equalTo(GITHUB_TOKEN));
    }

    @Test
    void username_and_password_flow_without_a_brand() {
        Begun begun = pages.begin(globex, "basic-auth");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            assertThat(browser.field("Username").getAttribute("type")).isEqualTo("text");
            WebElement password = browser.field("Password");
            password.sendKeys("pa ss\"wörd");
            browser.find("button.show").click();
            assertThat(password.getAttribute("type")).isEqualTo("text");
            browser.screenshot("form-shown");
            browser.find("button.show").click();
            assertThat(password.getAttribute("type")).isEqualTo("password");
            browser.field("Username").sendKeys("ada");
            browser.assertAccessible();
            browser.submit();

            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        globex.token(begun.id())
                .then()
                .body("credentials.username", equalTo("ada"))
                .body("credentials.password", equalTo("pa ss\"wörd"));
    }

    @Test
    void invalid_key_shows_a_live_error_and_can_be_corrected() {
        Begun begun = pages.begin("github");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            WebElement token = browser.field("Personal access token");
            browser.submit();
            assertThat(browser.errorOf(token)).isEqualTo("Fill in this field.");
            assertThat(browser.driver().switchTo().activeElement()).isEqualTo(token);
            token.sendKeys("nonsense", Keys.TAB);
            assertThat(browser.errorOf(token)).startsWith("This value has the wrong format");
            browser.submit();
            assertThat(browser.driver().switchTo().activeElement()).isEqualTo(token);
            assertThat(browser.url()).isEqualTo(pages.pageUrl(begun));
            browser.assertAccessible();
            browser.screenshot("form-live-error");

            token.clear();
            token.sendKeys(GITHUB_TOKEN);
            assertThat(browser.errorOf(token)).isEmpty();
            browser.submit();

            pages.awaitReturn(browser, pages.succeeded(begun));
        }
    }

    @Test
    void server_shows_errors_without_javascript_and_returns_no_secret() {
        Begun begun = pages.begin("github");
        try (Browser browser = Browser.withoutJavaScript()) {
            browser.open(pages.authUrl(begun));
            assertThat(browser.find("button.show").isDisplayed())
                    .as("controls that need JavaScript stay hidden")
                    .isFalse();
            browser.field("Personal access token").sendKeys("wrong-canary-secret");
            browser.submit();

            browser.await("the error", page -> !page.all(".problem").isEmpty());
            WebElement token = browser.field("Personal access token");
            assertThat(browser.errorOf(token)).startsWith("This value has the wrong format");
            assertThat(token.getAttribute("aria-invalid")).isEqualTo("true");
            assertThat(token.getAttribute("value")).isEmpty();
            assertThat(browser.driver().switchTo().activeElement()).isEqualTo(browser.find(".problem"));
            assertThat(browser.driver().getPageSource()).doesNotContain("wrong-canary-secret", begun.state());
            browser.screenshot("form-server-error");

            token.sendKeys(GITHUB_TOKEN);
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(begun));
        }
    }

    @Test
    void used_state_shows_a_notice_after_the_back_button_and_links_to_the_application() {
        Begun begun = pages.begin("api-key");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            browser.field("API key").sendKeys("first");
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(begun));

            browser.driver().navigate().back();
            browser.await("the notice", page -> page.heading().equals("Already connected"));
            browser.assertAccessible();
            browser.screenshot("used");
            browser.find("a.button").click();
            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        acme.token(begun.id()).then().body("credentials.api_key", equalTo("first"));
    }

    @Test
    void expired_state_shows_a_notice_and_returns_with_the_error() {
        Begun begun = pages.begin("api-key");
        CapturePageExtension.sql("update connection set expires_at = now() where id = '" + begun.id() + "'");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));

            assertThat(browser.heading()).isEqualTo("This link has expired");
            assertThat(browser.url()).isEqualTo(pages.pageUrl(begun));
            browser.assertAccessible();
            browser.screenshot("expired");
            browser.find("a.button").click();
            pages.awaitReturn(browser, pages.failed(begun, "state_expired"));
        }
    }

    @Test
    void open_page_shows_the_expiry_automatically() {
        Begun begun = pages.begin("api-key");
        try (Browser browser = Browser.start()) {
            // Start the browser first, so that its start does not use up the page's time.
            browser.open(pages.authUrl(pages.begin("api-key")));
            CapturePageExtension.sql(
                    "update connection set expires_at = now() + interval '8 s' where id = '" + begun.id() + "'");
            browser.open(pages.authUrl(begun));
            assertThat(browser.find("[role=timer]").getText()).containsPattern("seconds?$");

            browser.await("the notice", page -> page.heading().equals("This link has expired"));
        }
    }

    @Test
    void expiry_does_not_interrupt_a_submit() {
        Begun begun = pages.begin("api-key");
        try (Browser browser = Browser.start()) {
            // The test controls the page's clock and timers, and counts and prevents navigations.
            browser.beforeEachPage("""
                    window.later = [];
                    window.setTimeout = (task) => later.push(task);
                    window.clearTimeout = () => {};
                    window.ahead = 0;
                    const now = performance.now.bind(performance);
                    performance.now = () => now() + ahead;
                    window.left = 0;
                    navigation.addEventListener('navigate', (event) => { left++; event.preventDefault(); });
                    """);
            browser.open(pages.authUrl(begun));
            browser.field("API key").sendKeys("just in time");
            browser.run("document.forms[0].submit = () => {}");
            browser.submit();

            browser.run("ahead = 1e9; later.pop()()");
            browser.run("later.pop()()");
            assertThat(browser.run("return left")).isEqualTo(0L);

            // Simulate the return to the page from the browser's back/forward cache.
            browser.run("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))");
            browser.run("later.pop()()");
            assertThat(browser.run("return left")).isEqualTo(1L);
        }
    }

    @Test
    void invalid_state_and_missing_cookie_show_an_error_without_links() {
        Begun begun = pages.begin("api-key");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun) + "x");
            assertThat(browser.heading()).isEqualTo("This link is not valid");
            assertThat(browser.all("a")).isEmpty();
            browser.assertAccessible();
            browser.screenshot("invalid");

            browser.open(pages.authUrl(begun));
            browser.driver().manage().deleteAllCookies();
            browser.open(pages.pageUrl(begun));
            assertThat(browser.heading()).isEqualTo("This link is not valid");
        }
    }

    @Test
    void cancel_returns_access_denied_and_the_link_stays_valid() {
        Begun begun = pages.begin("api-key");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            browser.driver().findElement(By.linkText("Cancel")).click();
            pages.awaitReturn(browser, pages.failed(begun, "access_denied"));
            acme.check(begun.id()).then().body("status", equalTo("pending"));

            browser.open(pages.authUrl(begun));
            browser.field("API key").sendKeys("second thoughts");
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(begun));
        }
    }

    @Test
    void two_tabs_do_not_collide() {
        Begun first = pages.begin("api-key");
        Begun second = pages.begin("github");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(first));
            String firstTab = browser.driver().getWindowHandle();
            browser.driver().switchTo().newWindow(WindowType.TAB);
            browser.open(pages.authUrl(second));
            browser.driver().switchTo().window(firstTab);
            browser.field("API key").sendKeys("of the first tab");
            browser.submit();
            pages.awaitReturn(browser, pages.succeeded(first));
        }
        acme.token(first.id()).then().body("credentials.api_key", equalTo("of the first tab"));
        acme.check(second.id()).then().body("status", equalTo("pending"));
    }

    @Test
    void a_double_click_submits_once() {
        Begun begun = pages.begin("api-key");
        int before = site.queries().size();
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            browser.field("API key").sendKeys("twice");
            new Actions(browser.driver())
                    .doubleClick(browser.find("button[type=submit]"))
                    .perform();
            pages.awaitReturn(browser, pages.succeeded(begun));
        }
        assertThat(site.queries().subList(before, site.queries().size()))
                .containsExactly("status=success&connection_id=" + begun.id());
        acme.token(begun.id()).then().body("credentials.api_key", equalTo("twice"));
    }

    @Test
    void keyboard_operates_the_page_and_focus_is_visible() {
        Begun begun = pages.begin("basic-auth");
        try (Browser browser = Browser.start()) {
            browser.open(pages.authUrl(begun));
            WebElement username = browser.field("Username");
            tabTo(browser, username);
            assertThat(username.getCssValue("outline-style")).isEqualTo("solid");
            type(browser, "ada");
            tabTo(browser, browser.field("Password"));
            type(browser, "secret");
            tabTo(browser, browser.find("button.show"));
            browser.screenshot("keyboard");
            type(browser, " ");
            assertThat(browser.field("Password").getAttribute("type")).isEqualTo("text");
            tabTo(browser, browser.find("button[type=submit]"));
            assertThat(browser.find("button[type=submit]").getCssValue("outline-style"))
                    .isEqualTo("solid");
            type(browser, Keys.ENTER);

            pages.awaitReturn(browser, pages.succeeded(begun));
        }
    }

    private static void tabTo(Browser browser, WebElement element) {
        for (int i = 0; i < 20; i++) {
            if (browser.driver().switchTo().activeElement().equals(element)) {
                return;
            }
            type(browser, Keys.TAB);
        }
        throw new AssertionError("the key Tab does not reach " + element.getAttribute("outerHTML"));
    }

    private static void type(Browser browser, CharSequence keys) {
        new Actions(browser.driver()).sendKeys(keys).perform();
    }

    @Test
    void rate_limited_browser_gets_a_page() throws Exception {
        ServiceProcess slow = CapturePageExtension.anotherGateway(
                Map.of("nexus.gateway.auth-rate.per-second", "1", "nexus.gateway.auth-rate.burst", "1"));
        String url = "http://127.0.0.1:" + slow.port() + "/auth/capture-schema?state=x";
        try (Browser browser = Browser.start()) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                // The browser can be slower than the limit, so use up the limit immediately before.
                RestAssured.given().redirects().follow(false).get(url);
                browser.open(url);
                return browser.heading().equals("Too many attempts");
            });
            browser.assertAccessible();
            browser.screenshot("limited");
        }
    }
}
