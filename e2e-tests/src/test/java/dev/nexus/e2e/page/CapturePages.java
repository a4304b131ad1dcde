package dev.nexus.e2e.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.oneOf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.Browser;
import io.restassured.http.ContentType;

/** For browser tests: begins connections, registers providers and waits for the return to the application. */
final class CapturePages {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEADER_STRATEGY = "{\"type\":\"header\"}";

    private final ReturnSite site = CapturePageExtension.site();
    private final Backend acme = CapturePageExtension.acme();

    ReturnSite site() {
        return site;
    }

    /** Returns a backend of acme, the tenant that has a brand. */
    Backend acme() {
        return acme;
    }

    Begun begin(String provider) {
        return begin(acme, provider);
    }

    Begun begin(Backend backend, String provider) {
        return Backend.begun(backend.request(Backend.workspace(), provider, site.returnUrl()));
    }

    /** Requests a connection to GitHub. Its page shows {@code account}. */
    Begun beginFor(String account) {
        return Backend.begun(acme.post(
                "/v1/request-connection",
                "{\"workspace_id\":\"" + Backend.workspace() + "\",\"provider_id\":\"github\",\"return_url\":\""
                        + site.returnUrl() + "\",\"display_name\":\"" + account + "\"}"));
    }

    String authUrl(Begun begun) {
        return acme.gatewayUrl() + "/auth/capture-schema?state=" + begun.state();
    }

    String pageUrl(Begun begun) {
        return acme.gatewayUrl() + "/auth/capture/" + begun.id();
    }

    String succeeded(Begun begun) {
        return site.returnUrl() + "?status=success&connection_id=" + begun.id();
    }

    String failed(Begun begun, String error) {
        return site.returnUrl() + "?status=error&error=" + error + "&connection_id=" + begun.id();
    }

    void awaitReturn(Browser browser, String url) {
        browser.await("return to " + url, page -> url.equals(page.url()));
        assertThat(browser.heading()).isEqualTo("Welcome back");
    }

    /** Registers a provider of acme with this name and a header strategy. */
    void putNamed(String slug, String schema, String name) throws JsonProcessingException {
        put(slug, schema, HEADER_STRATEGY, name);
    }

    void put(String slug, String schema, String strategy) throws JsonProcessingException {
        put(slug, schema, strategy, slug);
    }

    private void put(String slug, String schema, String strategy, String name) throws JsonProcessingException {
        ObjectNode provider = JSON.createObjectNode();
        provider.put("name", name).put("auth_type", "api_key");
        provider.set("strategy", JSON.readTree(strategy));
        provider.set("credential_schema", JSON.readTree(schema));
        acme.request()
                .contentType(ContentType.JSON)
                .body(JSON.writeValueAsString(provider))
                .put("/v1/providers/" + slug)
                .then()
                .statusCode(oneOf(200, 201));
    }
}
