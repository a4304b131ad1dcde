package dev.nexus.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.Backend.Begun;
import dev.nexus.launcher.ServiceProcess;
import dev.nexus.testing.NeedsOnPath;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.interactions.Actions;

/** The capture page as users see it: a real browser, from auth_url back to the application. */
@NeedsOnPath({"chromium", "chromedriver"})
@ExtendWith(CapturePageExtension.class)
class CapturePageIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_WEIGHT = 50 * 1024;
    private static final String GITHUB_TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";

    private final ReturnSite site = CapturePageExtension.site();
    private final Backend acme = CapturePageExtension.acme();
    private final Backend globex = CapturePageExtension.globex();

    private Begun begin(Backend backend, String provider) {
        return Backend.begun(backend.request(Backend.workspace(), provider, site.returnUrl()));
    }

    private Begun beginFor(String account) {
        return Backend.begun(acme.post(
                "/v1/request-connection",
                "{\"workspace_id\":\"" + Backend.workspace() + "\",\"provider_id\":\"github\",\"return_url\":\""
                        + site.returnUrl() + "\",\"display_name\":\"" + account + "\"}"));
    }

    private String authUrl(Begun begun) {
        return acme.gatewayUrl() + "/auth/capture-schema?state=" + begun.state();
    }

    private String pageUrl(Begun begun) {
        return acme.gatewayUrl() + "/auth/capture/" + begun.id();
    }

    private String succeeded(Begun begun) {
        return site.returnUrl() + "?status=success&connection_id=" + begun.id();
    }

    private String failed(Begun begun, String error) {
        return site.returnUrl() + "?status=error&error=" + error + "&connection_id=" + begun.id();
    }

    private static void awaitReturn(Browser browser, String url) {
        browser.await("back at " + url, there -> url.equals(there.url()));
        assertThat(browser.heading()).isEqualTo("Welcome back");
    }

    private static void put(Backend backend, String slug, String schema, String name) throws JsonProcessingException {
        ObjectNode provider = JSON.createObjectNode();
        provider.put("name", name).put("auth_type", "api_key");
        provider.putObject("strategy").put("type", "header");
        provider.set("credential_schema", JSON.readTree(schema));
        backend.request()
                .contentType(ContentType.JSON)
                .body(JSON.writeValueAsString(provider))
                .put("/v1/providers/" + slug)
                .then()
                .statusCode(201);
    }

    @Test
    void a_key_goes_from_auth_url_to_the_return_url() {
        Begun begun = beginFor("Ada’s team");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));

            assertThat(browser.url()).isEqualTo(pageUrl(begun));
            assertThat(browser.heading()).contains("Connect", "GitHub");
            assertThat(browser.find(".facts").getText()).contains("Acme Reports", "Ada’s team", "127.0.0.1");
            assertThat(browser.driver().getPageSource()).doesNotContain(begun.state());
            assertThat(browser.field("Personal access token").getAttribute("type"))
                    .isEqualTo("password");
            browser.assertAccessible();
            browser.screenshot("form");
            browser.field("Personal access token").sendKeys(GITHUB_TOKEN);
            browser.submit();

            awaitReturn(browser, succeeded(begun));
        }
        acme.check(begun.id()).then().body("status", equalTo("active"));
        acme.token(begun.id()).then().body("credentials.api_key", equalTo(GITHUB_TOKEN));
    }

    @Test
    void a_user_name_and_a_password_go_the_same_way_without_a_brand() {
        Begun begun = begin(globex, "basic-auth");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));
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

            awaitReturn(browser, succeeded(begun));
        }
        globex.token(begun.id())
                .then()
                .body("credentials.username", equalTo("ada"))
                .body("credentials.password", equalTo("pa ss\"wörd"));
    }

    @Test
    void a_wrong_key_is_told_while_it_is_typed_and_can_be_corrected() {
        Begun begun = begin(acme, "github");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));
            WebElement token = browser.field("Personal access token");
            browser.submit();
            assertThat(browser.errorOf(token)).isEqualTo("Fill this in.");
            assertThat(browser.driver().switchTo().activeElement()).isEqualTo(token);
            token.sendKeys("nonsense", Keys.TAB);
            assertThat(browser.errorOf(token)).startsWith("This does not look right");
            browser.submit();
            assertThat(browser.driver().switchTo().activeElement()).isEqualTo(token);
            assertThat(browser.url()).isEqualTo(pageUrl(begun));
            browser.assertAccessible();
            browser.screenshot("form-live-error");

            token.clear();
            token.sendKeys(GITHUB_TOKEN);
            assertThat(browser.errorOf(token)).isEmpty();
            browser.submit();

            awaitReturn(browser, succeeded(begun));
        }
    }

    @Test
    void without_javascript_the_server_tells_what_is_wrong_and_gives_no_secret_back() {
        Begun begun = begin(acme, "github");
        try (Browser browser = Browser.withoutJavaScript()) {
            browser.open(authUrl(begun));
            assertThat(browser.find("button.show").isDisplayed())
                    .as("what needs the script stays hidden")
                    .isFalse();
            browser.field("Personal access token").sendKeys("wrong-canary-secret");
            browser.submit();

            browser.await("the error", there -> !there.all(".problem").isEmpty());
            WebElement token = browser.field("Personal access token");
            assertThat(browser.errorOf(token)).startsWith("This does not look right");
            assertThat(token.getAttribute("aria-invalid")).isEqualTo("true");
            assertThat(token.getAttribute("value")).isEmpty();
            assertThat(browser.driver().switchTo().activeElement()).isEqualTo(token);
            assertThat(browser.driver().getPageSource()).doesNotContain("wrong-canary-secret", begun.state());
            browser.screenshot("form-server-error");

            token.sendKeys(GITHUB_TOKEN);
            browser.submit();
            awaitReturn(browser, succeeded(begun));
        }
    }

    @Test
    void a_used_state_says_so_after_the_button_back_and_leads_on() {
        Begun begun = begin(acme, "api-key");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));
            browser.field("Personal Access Token").sendKeys("first");
            browser.submit();
            awaitReturn(browser, succeeded(begun));

            browser.driver().navigate().back();
            browser.await("the notice", there -> there.heading().equals("This is already connected"));
            browser.assertAccessible();
            browser.screenshot("used");
            browser.find("a.button").click();
            awaitReturn(browser, succeeded(begun));
        }
        acme.token(begun.id()).then().body("credentials.api_key", equalTo("first"));
    }

    @Test
    void an_expired_state_says_so_and_leads_back_with_the_error() {
        Begun begun = begin(acme, "api-key");
        CapturePageExtension.sql("update connection set expires_at = now() where id = '" + begun.id() + "'");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));

            assertThat(browser.heading()).isEqualTo("This link has expired");
            assertThat(browser.url()).isEqualTo(pageUrl(begun));
            browser.assertAccessible();
            browser.screenshot("expired");
            browser.find("a.button").click();
            awaitReturn(browser, failed(begun, "state_expired"));
        }
    }

    @Test
    void a_page_that_stands_open_past_its_time_says_so_by_itself() {
        Begun begun = begin(acme, "api-key");
        try (Browser browser = Browser.start()) {
            // The browser's own start is not part of the time.
            browser.open(authUrl(begin(acme, "api-key")));
            CapturePageExtension.sql(
                    "update connection set expires_at = now() + interval '8 s' where id = '" + begun.id() + "'");
            browser.open(authUrl(begun));
            assertThat(browser.find("[role=timer]").getText()).endsWith(" s");

            browser.await("the notice", there -> there.heading().equals("This link has expired"));
        }
    }

    @Test
    void what_is_being_sent_when_the_time_ends_is_not_cut_off() {
        Begun begun = begin(acme, "api-key");
        try (Browser browser = Browser.start()) {
            // The page's clock and timers are the test's, and whoever leaves the page is counted and kept.
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
            browser.open(authUrl(begun));
            browser.field("Personal Access Token").sendKeys("just in time");
            browser.run("document.forms[0].addEventListener('submit', (event) => event.preventDefault())");
            browser.submit();

            browser.run("ahead = 1e9; later.pop()()");
            browser.run("later.pop()()");
            assertThat(browser.run("return left")).isEqualTo(0L);

            // Back from where it was sent to, to the page that the browser has kept.
            browser.run("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))");
            browser.run("later.pop()()");
            assertThat(browser.run("return left")).isEqualTo(1L);
        }
    }

    @Test
    void an_invalid_state_and_a_lost_cookie_are_told_without_a_way_out() {
        Begun begun = begin(acme, "api-key");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun) + "x");
            assertThat(browser.heading()).isEqualTo("This link is not valid");
            assertThat(browser.all("a")).isEmpty();
            browser.assertAccessible();
            browser.screenshot("invalid");

            browser.open(authUrl(begun));
            browser.driver().manage().deleteAllCookies();
            browser.open(pageUrl(begun));
            assertThat(browser.heading()).isEqualTo("This link is not valid");
        }
    }

    @Test
    void who_cancels_goes_back_with_access_denied_and_may_come_again() {
        Begun begun = begin(acme, "api-key");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));
            browser.driver().findElement(By.linkText("Cancel")).click();
            awaitReturn(browser, failed(begun, "access_denied"));
            acme.check(begun.id()).then().body("status", equalTo("pending"));

            browser.open(authUrl(begun));
            browser.field("Personal Access Token").sendKeys("second thoughts");
            browser.submit();
            awaitReturn(browser, succeeded(begun));
        }
    }

    @Test
    void two_tabs_do_not_collide() {
        Begun first = begin(acme, "api-key");
        Begun second = begin(acme, "github");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(first));
            String firstTab = browser.driver().getWindowHandle();
            browser.driver().switchTo().newWindow(WindowType.TAB);
            browser.open(authUrl(second));
            browser.driver().switchTo().window(firstTab);
            browser.field("Personal Access Token").sendKeys("of the first tab");
            browser.submit();
            awaitReturn(browser, succeeded(first));
        }
        acme.token(first.id()).then().body("credentials.api_key", equalTo("of the first tab"));
        acme.check(second.id()).then().body("status", equalTo("pending"));
    }

    @Test
    void a_double_click_submits_once() {
        Begun begun = begin(acme, "api-key");
        int before = site.queries().size();
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));
            browser.field("Personal Access Token").sendKeys("twice");
            new Actions(browser.driver())
                    .doubleClick(browser.find("button[type=submit]"))
                    .perform();
            awaitReturn(browser, succeeded(begun));
        }
        assertThat(site.queries().subList(before, site.queries().size()))
                .containsExactly("status=success&connection_id=" + begun.id());
        acme.token(begun.id()).then().body("credentials.api_key", equalTo("twice"));
    }

    @Test
    void the_keyboard_alone_is_enough_and_the_focus_can_be_seen() {
        Begun begun = begin(acme, "basic-auth");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));
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

            awaitReturn(browser, succeeded(begun));
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
    void what_surrounds_a_pasted_key_is_taken_off_and_may_be_put_back() {
        Begun begun = begin(acme, "github");
        try (Browser browser = Browser.start()) {
            browser.open(site.origin() + "/scratch");
            WebElement scratch = browser.find("textarea");
            scratch.sendKeys(
                    "  \"Bearer " + GITHUB_TOKEN.substring(0, 20), Keys.ENTER, GITHUB_TOKEN.substring(20) + "\" ");
            scratch.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.chord(Keys.CONTROL, "c"));

            browser.open(authUrl(begun));
            WebElement token = browser.field("Personal access token");
            token.sendKeys(Keys.chord(Keys.CONTROL, "v"));
            assertThat(token.getAttribute("value")).isEqualTo(GITHUB_TOKEN);
            assertThat(browser.find(".note").getText()).contains("were removed");
            browser.assertAccessible();
            browser.screenshot("form-tidied");
            browser.find(".note button").click();
            assertThat(token.getAttribute("value")).contains("\"Bearer");
            assertThat(browser.find(".note").getText()).isEmpty();
        }
    }

    @Test
    void every_kind_of_field_arrives_as_the_schema_types_it() throws Exception {
        put(acme, "typed", """
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
        Begun begun = begin(acme, "typed");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));
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

            browser.await("the error", there -> !there.all(".problem").isEmpty());
            assertThat(browser.errorOf(browser.field("Port"))).isEqualTo("Enter 65535 or less.");
            assertThat(browser.field("This is a sandbox account").isSelected())
                    .as("a choice comes back")
                    .isTrue();
            assertThat(browser.field("Region").getAttribute("value")).isEqualTo("2");
            assertThat(browser.field("User").getAttribute("value"))
                    .as("what was typed does not")
                    .isEmpty();
            browser.assertAccessible();
            browser.screenshot("typed-server-error");
            browser.field("Secret key").sendKeys("12345678");
            browser.field("Port").sendKeys("443");
            browser.field("Ratio").sendKeys("1.10");
            browser.field("User").sendKeys("ada");
            browser.submit();
            awaitReturn(browser, succeeded(begun));
        }
        assertThat(acme.token(begun.id()).asString())
                .contains("\"credentials\":{\"api_key\":\"12345678\",\"region\":3,\"port\":443,\"ratio\":1.10,"
                        + "\"sandbox\":true,\"login\":{\"user\":\"ada\"}}");
    }

    @Test
    void a_schema_that_asks_for_a_list_is_left_to_the_applications_form() throws Exception {
        put(acme, "listed", """
                {"type": "object", "required": ["api_key", "scopes"], "properties": {
                  "api_key": {"type": "string"}, "scopes": {"type": "array", "items": {"type": "string"}}}}
                """, "Listed provider");
        Begun begun = begin(acme, "listed");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));

            assertThat(browser.heading()).isEqualTo("This cannot be entered here");
            browser.assertAccessible();
            browser.find("a.button").click();
            awaitReturn(browser, failed(begun, "access_denied"));
        }
    }

    @Test
    void hostile_texts_of_a_schema_are_shown_as_text_and_the_layout_holds() throws Exception {
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
        put(acme, "hostile", JSON.writeValueAsString(schema), "<b onmouseover=window.pwned=1>Bold & \"evil\"</b>");
        Begun begun = begin(acme, "hostile");
        try (Browser browser = Browser.start()) {
            browser.phone();
            browser.open(authUrl(begun));

            assertThat(browser.heading()).contains("<b onmouseover=window.pwned=1>Bold & \"evil\"</b>");
            assertThat(browser.find("label").getText()).contains("<script>window.pwned=1</script>", "{page.heading}");
            assertThat(browser.driver().getPageSource()).doesNotContain("\u202E");
            assertThat(browser.all("img, svg, main script")).hasSize(1);
            browser.assertFitsItsWidth();
            browser.assertAccessible();
            browser.screenshot("hostile-phone");
            browser.field("{page.heading}").sendKeys("abc");
            browser.submit();
            awaitReturn(browser, succeeded(begun));
            assertThat(browser.run("return window.pwned")).isNull();
        }
        assertThat(acme.token(begun.id()).asString()).contains("\\\" onfocus=window.pwned=1 autofocus x=\\\"");
    }

    @Test
    void a_phone_and_the_dark_have_pages_of_their_own_that_hold_the_contrast() {
        Begun begun = beginFor("Ada Lovelace, Difference Engines International");
        try (Browser browser = Browser.start()) {
            browser.dark();
            browser.open(authUrl(begun));
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
    void the_page_speaks_the_users_language_where_it_can() {
        Map<String, String> cancel = Map.of(
                "de-AT,en;q=0.5", "Abbrechen", "fr", "Annuler", "es", "Cancelar", "pt-BR", "Cancelar", "nl", "Cancel");
        try (Browser browser = Browser.start()) {
            cancel.forEach((language, word) -> {
                Begun begun = beginFor("Ada");
                browser.language(language);
                browser.open(authUrl(begun));

                assertThat(browser.find("a.quiet").getText()).isEqualTo(word);
                assertThat(browser.find("html").getAttribute("lang"))
                        .isEqualTo(language.equals("nl") ? "en" : language.substring(0, 2));
                assertThat(browser.field("Personal access token").isDisplayed())
                        .as("the catalogue's texts are shown as they are")
                        .isTrue();
                browser.assertAccessible();
                browser.screenshot("language-" + language.substring(0, 2));
            });
        }
    }

    @Test
    void the_whole_page_is_light_and_comes_from_one_place() {
        Begun begun = begin(acme, "github");
        try (Browser browser = Browser.start()) {
            browser.open(authUrl(begun));

            List<?> files = (List<?>) browser.run("""
                    return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                        .map(one => one.name + ' ' + Math.max(one.transferSize, one.encodedBodySize))
                    """);
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

    /** What the other tests rely on: a page that goes against its policy is noticed. */
    @Test
    void an_inline_script_is_refused_and_noticed() {
        Begun begun = begin(acme, "github");
        Browser browser = Browser.start();
        try {
            browser.open(authUrl(begun));
            assertThat(browser.policyViolations()).isEmpty();

            browser.run("const script = document.createElement('script'); script.textContent = 'window.planted = 1';"
                    + " document.body.append(script)");

            assertThat(browser.policyViolations()).isNotEmpty();
            assertThat(browser.run("return window.planted")).isNull();
        } finally {
            browser.end();
        }
    }

    @Test
    void too_many_requests_are_told_on_a_page_too() throws Exception {
        ServiceProcess slow = CapturePageExtension.anotherGateway(
                Map.of("nexus.gateway.auth-rate.per-second", "1", "nexus.gateway.auth-rate.burst", "1"));
        String url = "http://127.0.0.1:" + slow.port() + "/auth/capture-schema?state=x";
        try (Browser browser = Browser.start()) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                // Whoever is slower than a request a second needs another to have come just before.
                RestAssured.given().redirects().follow(false).get(url);
                browser.open(url);
                return browser.heading().equals("Too many attempts");
            });
            browser.assertAccessible();
            browser.screenshot("limited");
        }
    }
}
