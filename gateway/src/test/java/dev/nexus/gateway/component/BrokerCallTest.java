package dev.nexus.gateway.component;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contracts.InternalHeaders;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The Gateway's calls to the Broker, and the responses to successful calls. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class BrokerCallTest {

    private static final String ID = "8f3a1c2d-0000-4000-8000-000000000000";

    /** Has whitespace and a member order that the Gateway would not generate. */
    private static final String JSON = "{\"b\" : 1,  \"a\":\"\\u00e9\"}";

    @Test
    void call_has_the_service_token_the_request_id_and_the_client_address() {
        StubbedBroker.answerEverything();

        given().header("X-API-Key", StubbedBroker.apiKey())
                .header("X-Request-Id", "id-1")
                .header("X-Forwarded-For", "203.0.113.7")
                .get("/v1/token/" + ID);

        StubbedBroker.broker()
                .verify(
                        1,
                        getRequestedFor(urlPathEqualTo("/internal/v1/connections/" + ID + "/token"))
                                .withHeader("Authorization", matching("Bearer [^ ]+"))
                                .withHeader(InternalHeaders.REQUEST_ID, equalTo("id-1"))
                                .withHeader(InternalHeaders.CLIENT_ADDRESS, equalTo("203.0.113.7"))
                                .withHeader("X-API-Key", absent()));
    }

    @Test
    void call_for_a_state_does_not_use_the_tenant_of_an_API_key() {
        StubbedBroker.answerEverything();

        given().header("X-API-Key", StubbedBroker.apiKey())
                .header("X-Forwarded-For", "203.0.113.8")
                .get("/auth/capture-schema?state=s");

        String token = StubbedBroker.broker()
                .getAllServeEvents()
                .get(0)
                .getRequest()
                .getHeader("Authorization")
                .substring("Bearer ".length());
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), UTF_8);
        assertThat(claims).contains(InternalHeaders.SCOPE_STATE_PRESENT).doesNotContain("acme");
    }

    @Test
    void successful_JSON_response_is_forwarded_unchanged_with_status_and_ETag() {
        StubbedBroker.broker().resetAll();
        StubbedBroker.answer(
                StubbedBroker.json(201, JSON).withHeader("ETag", "\"1\"").withHeader("Server", "b"));

        Response put = given().header("X-API-Key", StubbedBroker.apiKey())
                .contentType("application/json")
                .body("{}")
                .put("/v1/providers/a");

        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(put.asString()).isEqualTo(JSON);
        assertThat(put.header("ETag")).isEqualTo("\"1\"");
        assertThat(put.header("Server")).isNull();
        assertThat(put.header("Content-Type")).startsWith("application/json");
    }

    @Test
    void redirect_of_a_capture_becomes_200_with_JSON() {
        StubbedBroker.broker().resetAll();
        StubbedBroker.answer(StubbedBroker.json(303, JSON).withHeader("Location", "https://your-app.com/a"));

        Response captured = given().header("X-API-Key", StubbedBroker.apiKey())
                .contentType("application/json")
                .body("{}")
                .redirects()
                .follow(false)
                .post("/v1/capture-credential");

        assertThat(captured.statusCode()).isEqualTo(200);
        assertThat(captured.asString()).isEqualTo(JSON);
        assertThat(captured.header("Location")).isNull();
        StubbedBroker.broker().verify(1, postRequestedFor(urlPathEqualTo("/internal/v1/capture-credential")));
    }

    @Test
    void a_deletion_is_204_without_a_body() {
        StubbedBroker.broker().resetAll();
        StubbedBroker.answer(StubbedBroker.json(204, ""));

        Response deleted = given().header("X-API-Key", StubbedBroker.apiKey()).delete("/v1/webhook");

        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(deleted.asString()).isEmpty();
    }
}
