package dev.nexus.e2e.page;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.launcher.ServiceProcess;
import io.restassured.http.Header;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The hosted page over HTTP: content negotiation, cookie, headers and rejected requests. */
@ExtendWith(CapturePageExtension.class)
class CapturePageHttpIT {

    private static final String BROWSER =
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    private static final String FORM = "application/x-www-form-urlencoded";

    private final ReturnSite site = CapturePageExtension.site();
    private final Backend acme = CapturePageExtension.acme();

    private Begun begin() {
        return Backend.begun(acme.request(Backend.workspace(), "api-key", site.returnUrl()));
    }

    private RequestSpecification browser() {
        return form().redirects().follow(false).header("Accept", BROWSER).urlEncodingEnabled(false);
    }

    /** Prevents REST Assured from adding the charset ISO-8859-1 to a form's content type. */
    private RequestSpecification form() {
        return given().config(Backend.AS_TYPED).baseUri(acme.gatewayUrl());
    }

    private RequestSpecification browser(Begun begun) {
        return browser().header("Cookie", "nexus-state=" + begun.state());
    }

    private static String schemaOf(Begun begun) {
        return "/auth/capture-schema?state=" + begun.state();
    }

    private static String pageOf(Begun begun) {
        return "/auth/capture/" + begun.id();
    }

    private Response post(Begun begun, String form) {
        return browser(begun).contentType(FORM).body(form).post(pageOf(begun));
    }

    @Test
    void json_is_returned_unless_html_ranks_higher() {
        Begun begun = begin();
        for (String accept : List.of(
                "*/*",
                "application/json",
                "application/json, text/html",
                "text/html;q=0.5, application/json;q=0.6",
                "text/*;q=0.1, application/json",
                "text/html;q=0, */*")) {
            given().baseUri(acme.gatewayUrl())
                    .header("Accept", accept)
                    .get(schemaOf(begun))
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .body("properties.api_key.title", equalTo("Personal Access Token"));
        }
        for (String accept : List.of(BROWSER, "text/html", "text/html, application/json;q=0.9", "text/*, */*;q=0.1")) {
            assertThat(given().baseUri(acme.gatewayUrl())
                            .redirects()
                            .follow(false)
                            .header("Accept", accept)
                            .get(schemaOf(begun))
                            .statusCode())
                    .as(accept)
                    .isEqualTo(303);
        }
        given().baseUri(acme.gatewayUrl())
                .header("Accept", "image/png")
                .get(schemaOf(begun))
                .then()
                .statusCode(406)
                .body("error", equalTo("not_acceptable"));
    }

    @Test
    void state_moves_from_the_url_to_a_cookie_with_the_path_of_the_page() {
        Begun begun = begin();

        Response answer = browser().get(schemaOf(begun));

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.header("Location")).isEqualTo(pageOf(begun)).doesNotContain(begun.state());
        assertThat(answer.header("Set-Cookie"))
                .startsWith("nexus-state=" + begun.state() + ";")
                .contains("Path=" + pageOf(begun), "HttpOnly", "SameSite=Lax")
                .as("plain http on a loopback address")
                .doesNotContain("Secure");
    }

    @Test
    void rate_limit_of_a_state_ignores_the_query_and_the_address() throws Exception {
        ServiceProcess gateway = CapturePageExtension.anotherGateway(Map.of(
                "nexus.gateway.auth-rate.per-second", "1",
                "nexus.gateway.auth-rate.burst", "2",
                "nexus.gateway.trusted-proxies", "127.0.0.1"));
        Begun begun = begin();

        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            statuses.add(browser(begun)
                    .baseUri("http://127.0.0.1:" + gateway.port())
                    .header("X-Forwarded-For", "203.0.113." + i)
                    .contentType(FORM)
                    .body("f0=")
                    .post(pageOf(begun) + "?state=another" + i)
                    .statusCode());
        }

        assertThat(statuses)
                .as("the first request passes the rate limit, and its query is rejected")
                .first()
                .isEqualTo(400);
        assertThat(statuses).contains(429);
    }

    @Test
    void https_public_url_has_a_secure_cookie_and_hsts() throws Exception {
        ServiceProcess gateway = CapturePageExtension.anotherGateway(
                Map.of("nexus.gateway.public-url", "https://connect.example.com/nexus/"));
        Begun begun = begin();

        Response sent =
                browser().baseUri("http://127.0.0.1").port(gateway.port()).get(schemaOf(begun));
        Response page = given().baseUri("http://127.0.0.1")
                .port(gateway.port())
                .header("Accept", BROWSER)
                .header("Cookie", "__Secure-nexus-state=" + begun.state())
                .get(pageOf(begun));

        assertThat(sent.header("Location")).isEqualTo("/nexus" + pageOf(begun));
        assertThat(sent.header("Set-Cookie"))
                .startsWith("__Secure-nexus-state=")
                .contains("Secure", "Path=/nexus" + pageOf(begun));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
        assertThat(page.asString()).contains("action=\"/nexus/auth/capture/").doesNotContain("\"/auth/");
    }

    @Test
    void page_has_restrictive_security_headers() {
        Begun begun = begin();

        Response page = browser(begun).get(pageOf(begun));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualToIgnoringCase("text/html;charset=UTF-8");
        assertThat(page.header("Content-Security-Policy"))
                .isEqualTo(
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self' "
                                + site.origin() + "; frame-ancestors 'none'; base-uri 'none'");
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(page.header("Permissions-Policy")).contains("camera=()", "microphone=()", "geolocation=()");
        assertThat(page.headers().asList()).extracting(Header::getName).doesNotContain("Strict-Transport-Security");
        assertThat(page.asString()).doesNotContain(begun.state(), "style=", "<style", "javascript:");
    }

    @Test
    void tenant_setting_controls_frame_ancestors() {
        Backend framed = CapturePageExtension.framed();
        Begun begun = Backend.begun(framed.request(Backend.workspace(), "api-key", site.returnUrl()));

        Response page = browser(begun).get(pageOf(begun));

        assertThat(page.header("Content-Security-Policy")).contains("frame-ancestors https://app.example.com;");
        assertThat(page.header("X-Frame-Options")).isNull();
    }

    @Test
    void assets_are_cached_for_a_year_and_sandboxed() {
        Begun begun = begin();
        Matcher files = Pattern.compile("\"(/auth/assets/[0-9a-f]{16}\\.[a-z]+)\"")
                .matcher(browser(begun).get(pageOf(begun)).asString());
        List<String> seen = new ArrayList<>();
        while (files.find()) {
            seen.add(files.group(1));
            browser()
                    .get(files.group(1))
                    .then()
                    .statusCode(200)
                    .header("Cache-Control", "public, max-age=31536000, immutable")
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Content-Security-Policy", containsString("sandbox"));
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(3);

        // A page of another version requests other asset names. The Gateway returns its own file with no-store.
        browser()
                .get("/auth/assets/0123456789abcdef.css")
                .then()
                .statusCode(200)
                .contentType(startsWith("text/css"))
                .header("Cache-Control", "no-store");
        browser().get("/auth/assets/0123456789abcdef.png").then().statusCode(404);
    }

    @Test
    void page_status_matches_the_state() {
        Begun used = begin();
        acme.captureKey(used.state(), "k").then().statusCode(200);
        browser().get(schemaOf(used)).then().statusCode(303);
        browser(used).get(pageOf(used)).then().statusCode(409).body(containsString(site.returnUrl()));
        Begun expired = begin();
        CapturePageExtension.sql("update connection set expires_at = now() where id = '" + expired.id() + "'");
        browser(expired).get(pageOf(expired)).then().statusCode(410).body(containsString("error=state_expired"));
        post(expired, "f0=x").then().statusCode(303).header("Location", pageOf(expired));
        Begun revoked = begin();
        acme.revoke(revoked.id());
        browser(revoked)
                .get(pageOf(revoked))
                .then()
                .statusCode(409)
                .body(containsString("error=connection_not_active"));
        browser().get("/auth/capture-schema?state=x").then().statusCode(400).contentType(startsWith("text/html"));
        browser().get("/auth/capture-schema").then().statusCode(400).contentType(startsWith("text/html"));
        browser().get(pageOf(begin())).then().statusCode(400);
        browser(begin()).get("/auth/capture/" + UUID.randomUUID()).then().statusCode(400);
        browser(begin()).get(pageOf(begin())).then().statusCode(400).body(not(containsString("<form")));
    }

    @Test
    void json_callers_get_the_schema_and_errors_in_json() {
        Begun begun = begin();
        RequestSpecification json = given().baseUri(acme.gatewayUrl()).header("Cookie", "nexus-state=" + begun.state());
        json.get(pageOf(begun)).then().statusCode(200).body("required[0]", equalTo("api_key"));
        given().baseUri(acme.gatewayUrl())
                .get(pageOf(begun))
                .then()
                .statusCode(400)
                .body("error", equalTo("invalid_state"));
        form().header("Cookie", "nexus-state=" + begun.state())
                .contentType(FORM)
                .body("f0=")
                .post(pageOf(begun))
                .then()
                .statusCode(422)
                .body("error", equalTo("invalid_credentials"))
                .body("details[0].pointer", equalTo("/credentials/api_key"));
    }

    @Test
    void request_checks_apply_to_the_form_post() {
        Begun begun = begin();
        browser(begun).put(pageOf(begun)).then().statusCode(405);
        browser(begun)
                .contentType("application/json")
                .body("{}")
                .post(pageOf(begun))
                .then()
                .statusCode(415);
        post(begun, "f0=" + "x".repeat(64 * 1024)).then().statusCode(413).contentType(startsWith("text/html"));
        post(begun, "f0=%zz").then().statusCode(400);
        post(begun, "f0=%ff").then().statusCode(400);
        browser(begun)
                .contentType(FORM)
                .header("Content-Encoding", "gzip")
                .body("f0=x")
                .post(pageOf(begun))
                .then()
                .statusCode(415);
        acme.check(begun.id()).then().body("status", equalTo("pending"));
    }

    @Test
    void cross_site_form_is_rejected() {
        Begun begun = begin();
        for (Header foreign : List.of(
                new Header("Sec-Fetch-Site", "cross-site"),
                new Header("Sec-Fetch-Site", "same-site"),
                new Header("Origin", "https://evil.example"),
                new Header("Origin", acme.gatewayUrl() + ".evil.example"),
                new Header("Origin", "nonsense"))) {
            browser(begun)
                    .contentType(FORM)
                    .header(foreign)
                    .body("f0=stolen")
                    .post(pageOf(begun))
                    .then()
                    .statusCode(403);
        }
        acme.check(begun.id()).then().body("status", equalTo("pending"));

        browser(begun)
                .contentType(FORM)
                .header("Origin", acme.gatewayUrl())
                .body("f0=mine")
                .post(pageOf(begun))
                .then()
                .statusCode(303);
    }

    @Test
    void only_one_of_concurrent_submits_of_a_form_is_stored() {
        Begun begun = begin();

        List<CompletableFuture<String>> sent = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String form = "f0=key-" + i;
            sent.add(CompletableFuture.supplyAsync(
                    () -> post(begun, form).then().statusCode(303).extract().header("Location")));
        }
        List<String> locations = sent.stream().map(CompletableFuture::join).toList();

        assertThat(locations)
                .filteredOn(location -> location.startsWith(site.returnUrl()))
                .hasSize(1);
        assertThat(locations).filteredOn(pageOf(begun)::equals).hasSize(7);
        browser(begun).get(pageOf(begun)).then().statusCode(409);
    }

    @Test
    void invalid_submit_redirects_to_the_error_without_secret_values() {
        Begun begun = begin();

        Response sent = post(begun, "f0=" + "canary".repeat(3_000));
        String cookie = sent.header("Set-Cookie");
        Response again = browser()
                .header("Cookie", "nexus-state=" + begun.state() + "; " + cookie.substring(0, cookie.indexOf(';')))
                .get(pageOf(begun));

        assertThat(sent.statusCode()).isEqualTo(303);
        assertThat(sent.header("Location")).isEqualTo(pageOf(begun));
        assertThat(cookie)
                .contains("Path=" + pageOf(begun), "HttpOnly", "SameSite=Lax")
                .doesNotContain("canary");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.asString()).contains("<form", "role=\"alert\"").doesNotContain("canary");
        assertThat(again.header("Set-Cookie")).startsWith("nexus-form=;").contains("Max-Age=0");
    }

    @Test
    void pasted_url_is_reduced_to_its_subdomain_without_javascript() {
        Begun begun = Backend.begun(acme.request(Backend.workspace(), "zendesk", site.returnUrl()));

        post(begun, "f0=https%3A%2F%2FAcme.zendesk.com%2Fagent&f1=ada%40example.com&f2=token")
                .then()
                .statusCode(303)
                .header("Location", startsWith(site.returnUrl()));

        acme.token(begun.id()).then().body("credentials.subdomain", equalTo("acme"));
    }

    @Test
    void unknown_path_is_a_page_for_browsers_and_json_for_others() {
        for (String path : List.of("/auth/xyz", "/auth/capture", "/auth/capture/a/b")) {
            browser()
                    .get(path)
                    .then()
                    .statusCode(404)
                    .contentType(startsWith("text/html"))
                    .body(containsString("This page does not exist"));
            form().get(path).then().statusCode(404).body("error", equalTo("not_found"));
        }
    }
}
