package dev.nexus.gateway.component;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.restassured.RestAssured.config;
import static io.restassured.RestAssured.given;
import static io.restassured.config.EncoderConfig.encoderConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests when the hosted page calls the Broker, and when it uses the cached state. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class HostedFlowTest {

    private static final String RETURN_URL = "https://your-app.com/callback?status=success";

    private final UUID connection = UUID.randomUUID();
    private final String state = "state-" + connection;
    private final String page = "/auth/capture/" + connection;

    @BeforeEach
    void stubValidState() {
        StubbedBroker.broker().resetAll();
        stubPresentedState("");
        answer("/internal/v1/capture-credential", 303, """
                {"connection_id": "%s", "status": "active", "redirect_url": "%s"}""".formatted(connection, RETURN_URL));
    }

    private void stubPresentedState(String extraMembers) {
        stubPresentedState("{\"properties\":{\"pin\":{\"type\":\"integer\"}}}", "{}", extraMembers);
    }

    private void stubPresentedState(String schema, String fields, String extraMembers) {
        answer("/internal/v1/presented-state", 200, """
                {"connection_id": "%s", "tenant": "acme", "provider_name": "Example", "expires_in": 600,
                 "credential_schema": "%s", "fields": %s,
                 "redirect_url": "https://your-app.com/callback?status=error"%s}""".formatted(
                        connection, schema.replace("\"", "\\\""), fields, extraMembers));
    }

    private static List<String> captures() {
        return StubbedBroker.broker()
                .findAll(postRequestedFor(urlPathEqualTo("/internal/v1/capture-credential")))
                .stream()
                .map(LoggedRequest::getBodyAsString)
                .toList();
    }

    private String capture(String members) {
        return "{\"state\":\"" + state + "\",\"credentials\":{" + members + "}}";
    }

    private static void answer(String path, int status, String body) {
        ResponseDefinitionBuilder answer = aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/json")
                .withBody(body);
        StubbedBroker.broker().stubFor(post(urlPathEqualTo(path)).willReturn(answer));
    }

    private static int calls(String path) {
        return StubbedBroker.broker()
                .findAll(postRequestedFor(urlPathEqualTo("/internal/v1/" + path)))
                .size();
    }

    private RequestSpecification browser() {
        return given().redirects().follow(false).header("Accept", "text/html").header("X-Forwarded-For", "192.0.2.7");
    }

    private Response followLink() {
        return browser().get("/auth/capture-schema?state=" + state);
    }

    private Response load() {
        return browser().header("Cookie", "nexus-state=" + state).get(page);
    }

    private Response send(String form) {
        return send(page, form);
    }

    private Response send(String to, String form) {
        return send(browser(), to, form);
    }

    private Response sendForJson(String form) {
        RequestSpecification caller =
                given().redirects().follow(false).accept("application/json").header("X-Forwarded-For", "192.0.2.7");
        return send(caller, page, form);
    }

    private Response send(RequestSpecification caller, String to, String form) {
        return caller
                // A browser sends this content type without a charset.
                .config(config().encoderConfig(
                                encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .header("Cookie", "nexus-state=" + state)
                .contentType("application/x-www-form-urlencoded")
                .body(form)
                .post(to);
    }

    @Test
    void following_link_loading_page_and_sending_form_makes_two_broker_calls() {
        followLink().then().statusCode(303).header("Location", page);
        load().then().statusCode(200);
        send("f0=42").then().statusCode(303).header("Location", RETURN_URL);

        assertThat(StubbedBroker.broker().getAllServeEvents()).hasSize(2);
        assertThat(calls("presented-state")).isEqualTo(1);
        assertThat(captures()).containsExactly(capture("\"pin\":42"));
    }

    @Test
    void a_reloaded_page_shows_that_the_state_has_become_invalid() {
        followLink();
        load().then().statusCode(200);
        stubPresentedState(", \"error\": \"connection_not_active\"");

        load().then().statusCode(409);
    }

    @Test
    void page_without_link_asks_for_the_state_on_each_load_and_form_uses_the_cache() {
        load().then().statusCode(200);
        load().then().statusCode(200);
        assertThat(calls("presented-state")).isEqualTo(2);

        send("f0=42").then().statusCode(303).header("Location", RETURN_URL);

        assertThat(calls("presented-state")).isEqualTo(2);
    }

    @Test
    void cached_state_is_rejected_for_another_connection() {
        String other = "/auth/capture/" + UUID.randomUUID();
        followLink();

        browser().header("Cookie", "nexus-state=" + state).get(other).then().statusCode(400);
        send(other, "f0=42").then().statusCode(400);

        assertThat(calls("capture-credential")).isZero();
    }

    @Test
    void state_of_another_tenant_shows_the_page_of_that_tenant() {
        followLink();
        String otherConnection = UUID.randomUUID().toString();
        answer("/internal/v1/presented-state", 200, """
                {"connection_id": "%s", "tenant": "other", "provider_name": "Other Provider", "expires_in": 600,
                 "credential_schema": "{\\"properties\\":{\\"key\\":{\\"type\\":\\"string\\"}}}", "fields": {},
                 "redirect_url": "https://other-app.com/callback"}""".formatted(otherConnection));

        String html = browser()
                .header("Cookie", "nexus-state=state-" + otherConnection)
                .get("/auth/capture/" + otherConnection)
                .then()
                .statusCode(200)
                .extract()
                .asString();

        assertThat(html).contains("Other Provider").doesNotContain("your-app.com");
        assertThat(calls("presented-state")).isEqualTo(2);
    }

    @Test
    void page_and_form_call_the_broker_again_after_a_capture() {
        followLink();
        send("f0=42").then().statusCode(303).header("Location", RETURN_URL);
        stubPresentedState(", \"error\": \"state_used\"");

        load().then().statusCode(409);
        send("f0=42").then().statusCode(303).header("Location", page);

        assertThat(calls("capture-credential")).isEqualTo(1);
    }

    @Test
    void a_form_for_a_state_that_was_used_elsewhere_redirects_to_the_page_with_409() {
        followLink();
        load().then().statusCode(200);
        stubPresentedState(", \"error\": \"state_used\"");
        answer("/internal/v1/capture-credential", 409, """
                {"error": "state_used", "message": "The state has been used"}""");

        send("f0=42").then().statusCode(303).header("Location", page);

        load().then().statusCode(409);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204})
    void broker_is_called_again_after_a_capture_response_without_content(int status) {
        followLink();
        load().then().statusCode(200);
        StubbedBroker.broker()
                .stubFor(post(urlPathEqualTo("/internal/v1/capture-credential"))
                        .willReturn(aResponse().withStatus(status)));

        send("f0=42").then().statusCode(500);
        assertThat(calls("presented-state")).isEqualTo(2);
        stubPresentedState(", \"error\": \"state_used\"");

        send("f0=42").then().statusCode(303).header("Location", page);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"properties\":{\"name\":{\"type\":\"string\"}}}                      | 422",
                "{\"required\":[\"list\"],\"properties\":{\"list\":{\"type\":\"array\"}}} | 200",
            })
    void json_caller_gets_state_used_for_a_form_that_the_gateway_does_not_forward(
            String schema, int statusWhileStateIsValid) {
        String twoLines = "f0=one%0Atwo";
        stubPresentedState(schema, "{}", "");
        followLink();
        sendForJson(twoLines).then().statusCode(statusWhileStateIsValid);

        stubPresentedState(schema, "{}", ", \"error\": \"state_used\"");

        sendForJson(twoLines).then().statusCode(409).body("error", equalTo("state_used"));
        assertThat(captures()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"secret\": true, \"may_be_empty\": true}  | ,\"password\":\"\"",
                "{\"secret\": true, \"may_be_empty\": false} | ''",
                // A Broker of the previous release does not send may_be_empty.
                "{\"secret\": true}                        | ''",
            })
    void empty_password_is_captured_if_the_broker_allows_it(String field, String captured) {
        stubPresentedState(
                "{\"required\":[\"user\",\"password\"],\"properties\":{\"user\":{\"type\":\"string\"},"
                        + "\"password\":{\"type\":\"string\"}}}",
                "{\"password\": " + field + "}",
                "");
        followLink();

        send("f0=ada&f1=").then().statusCode(303).header("Location", RETURN_URL);

        assertThat(captures()).containsExactly(capture("\"user\":\"ada\"" + captured));
    }

    @Test
    void page_after_a_rejected_form_calls_the_broker_again() {
        followLink();
        load().then().statusCode(200);
        answer("/internal/v1/capture-credential", 422, """
                {"error": "invalid_credentials", "message": "refused",
                 "details": [{"pointer": "/credentials/pin", "rule": "maximum", "message": "too large"}]}""");

        send("f0=42").then().statusCode(303).header("Location", page);
        load().then().statusCode(200);

        assertThat(calls("presented-state")).isEqualTo(2);
    }
}
