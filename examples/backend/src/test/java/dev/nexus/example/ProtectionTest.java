package dev.nexus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.example.Browser.Page;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protection of all pages: CSRF, headers, sessions, errors and logs. */
@QuarkusTest
@QuarkusTestResource(ScriptedGateway.class)
class ProtectionTest {

    private final ScriptedGateway gateway = ScriptedGateway.it();

    @BeforeEach
    void reset() {
        gateway.reset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sign-in", "/sign-out", "/connections", "/connections/x/use", "/connections/x/form"})
    void a_post_without_a_csrf_token_is_refused(String path) {
        Browser ada = Browser.signedInAs("ada");
        int before = gateway.calls().size();

        Page without = ada.post(path, Map.of("user", "eve", "provider", "github", "way", "form"), null);
        Page wrong = ada.post(path, Map.of("user", "eve", "csrf-token", "AAAA"), null);
        Page planted = ada.post(path, Map.of("user", "eve", "csrf-token", "AAAA"), "AAAA");

        for (Page refused : List.of(without, wrong, planted)) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("This form is out of date");
        }
        assertThat(gateway.calls()).hasSize(before);
        assertThat(ada.open("/connections").document().expectFirst("#user").text())
                .isEqualTo("ada");
    }

    @ParameterizedTest
    @CsvSource({"/,200", "/connections,200", "/connections/callback,400", "/none,404", "/assets/style.css,200"})
    void every_response_has_the_security_headers(String path, int status) {
        Page page = Browser.signedInAs("ada").open(path.equals("/") ? "/connections" : path);

        assertThat(page.status()).isEqualTo(status);
        assertThat(page.response().header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' "
                        + gateway.origin() + "; base-uri 'none'; frame-ancestors 'none'");
        assertThat(page.response().header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.response().header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.response().header("Permissions-Policy")).contains("camera=()");
        assertThat(page.response().header("Cache-Control"))
                .isEqualTo(path.startsWith("/assets/") ? "max-age=3600" : "no-store");
    }

    @Test
    void no_page_has_content_that_the_policy_forbids() {
        Browser ada = Browser.signedInAs("ada");
        Page form = ada.follow(ada.submit(ada.open("/connections").form("#connect"), "way", "form"));

        for (Page page : List.of(new Browser().open("/"), ada.open("/connections"), form)) {
            assertThat(page.document().select("script, style, [style], iframe")).isEmpty();
            assertThat(page.document().select("*").eachAttr("onclick")).isEmpty();
        }
    }

    @Test
    void the_session_cookie_is_random_and_http_only() {
        Browser browser = new Browser();
        Page first = browser.submit(browser.open("/").form("form.choices"), "user", "ada");
        Page second = new Browser().submit(new Browser().open("/").form("form.choices"), "user", "ada");

        String cookie = first.response().headers("Set-Cookie").stream()
                .filter(it -> it.startsWith("example-session="))
                .findFirst()
                .orElseThrow();

        assertThat(cookie)
                .contains("HttpOnly")
                .containsIgnoringCase("SameSite=Lax")
                .contains("Path=/");
        assertThat(first.response().cookie("example-session")).hasSize(43).doesNotContain("ada");
        assertThat(second.status()).isEqualTo(400);
    }

    @Test
    void signing_out_ends_the_session_on_the_server() {
        Browser ada = new Browser();
        Page in = ada.submit(ada.open("/").form("form.choices"), "user", "ada");
        String cookie = Objects.requireNonNull(in.response().cookie("example-session"));
        ada.submit(ada.open("/connections").form("form.who"), "x", "y");

        Page kept = new Browser().openWithSession("/connections", cookie);

        assertThat(kept.location()).endsWith("/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Ada", "a b", "<script>", "0", "ada/../grace", "a12345678901234567890123456789012"})
    void an_invalid_name_is_refused(String name) {
        Browser browser = new Browser();

        Page refused = browser.submit(browser.open("/").form("form.choices"), "user", name);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.document().select("#error-user")).hasSize(1);
        assertThat(browser.open("/connections").location()).endsWith("/");
    }

    @ParameterizedTest
    @CsvSource({
        "401,unauthorized,500,The API key is invalid",
        "403,forbidden,500,lacks a scope",
        "400,return_url_not_allowed,500,return origins",
        "404,provider_not_found,404,Provider not found",
        "429,rate_limited,503,received too many requests",
        "503,unavailable,503,your account may already be connected",
        "500,internal,502,The request failed",
        "400,invalid_request,400,not accepted",
    })
    void a_refusal_of_the_gateway_is_explained(int status, String code, int shown, String words) {
        Browser ada = Browser.signedInAs("ada");
        Page list = ada.open("/connections");
        gateway.answersOnce("POST request-connection", status, code);

        Page page = ada.submit(list.form("#connect"), "way", "form");

        assertThat(page.status()).isEqualTo(shown);
        assertThat(page.text()).contains(words).doesNotContain("CANARY");
    }

    @Test
    void the_browser_gets_the_retry_after_of_the_gateway() {
        Browser ada = Browser.signedInAs("ada");
        gateway.answersOnce("GET connections", 503, "{\"error\":\"unavailable\"}", 5);

        Page page = ada.open("/connections");

        assertThat(page.response().header("Retry-After")).isEqualTo("5");
        assertThat(page.text()).contains("in 5 seconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>CANARY</html>", "", "[]", "{}", "{\"connections\":7}"})
    void an_invalid_response_of_the_gateway_is_explained(String body) {
        Browser ada = Browser.signedInAs("ada");
        gateway.answersOnce("GET connections", 200, body, 0);

        Page page = ada.open("/connections");

        assertThat(page.status()).isEqualTo(502);
        assertThat(page.text()).doesNotContain("CANARY", "Exception");
    }

    @Test
    void a_missing_response_of_the_gateway_is_explained() {
        Browser ada = Browser.signedInAs("ada");
        gateway.hangsUpOnce("GET connections", false);
        gateway.hangsUpOnce("GET providers", false);

        assertThat(ada.open("/connections").status()).isEqualTo(503);
    }

    @Test
    void no_log_line_contains_a_credential_a_state_or_the_api_key() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger root = Logger.getLogger("");
        Level before = root.getLevel();
        Handler listener = listener(lines);
        root.addHandler(listener);
        Logger.getLogger("dev.nexus").setLevel(Level.ALL);
        try {
            Logger.getLogger("dev.nexus.example.planted").info("planted CANARY-key");
            Browser ada = Browser.signedInAs("ada");
            Page form = ada.follow(ada.submit(ada.open("/connections").form("#connect"), "way", "form"));
            gateway.hangsUpOnce("POST capture-credential", false);
            ada.submit(form.form("#credential"), "credential.api_key", "CANARY-key");
            gateway.hangsUpOnce("GET capture-schema", false);
            ada.submit(form.form("#credential"), "credential.api_key", "CANARY-key");
            gateway.answersOnce("POST capture-credential", 500, "internal");
            ada.submit(form.form("#credential"), "credential.api_key", "CANARY-key");
            ada.follow(ada.submit(form.form("#credential"), "credential.api_key", "CANARY-key"));
            ada.follow(ada.submit(ada.open("/connections").form("form.use"), "x", "y"));
        } finally {
            root.removeHandler(listener);
            Logger.getLogger("dev.nexus").setLevel(before);
        }

        assertThat(gateway.authorization()).isEqualTo("Bearer CANARY-key");
        assertThat(lines).anyMatch(line -> line.contains("planted CANARY-key"));
        assertThat(lines).anyMatch(line -> line.contains("The Gateway did not respond"));
        assertThat(lines)
                .filteredOn(line -> !line.contains("planted"))
                .noneMatch(line ->
                        line.contains("CANARY") || line.contains("state-") || line.contains(ScriptedGateway.API_KEY));
    }

    private static Handler listener(List<String> lines) {
        PatternFormatter format = new PatternFormatter("%c %s%e");
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(format.format(ExtLogRecord.wrap(line)));
            }

            @Override
            public void flush() {
                // Nothing is buffered.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
