package dev.nexus.gateway.component;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.net.URL;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The readiness of a Gateway before it reaches a Broker, after it reaches one over mutual TLS, and during an outage.
 *
 * <p>The tests are ordered because a Gateway that has reached a Broker once stays ready.
 */
@QuarkusTest
@TestProfile(ReadinessTest.OverMutualTls.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReadinessTest {

    public static class OverMutualTls implements QuarkusTestProfile {

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(MutualTlsBroker.class));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    @TestHTTPResource(value = "/health/ready", management = true)
    URL ready;

    @Test
    @Order(1)
    void gateway_is_not_ready_before_it_reaches_a_broker() {
        Response health = given().get(ready);

        assertNotReady(health, "refused");
    }

    @ParameterizedTest
    @Order(2)
    @CsvSource({
        "401, '{\"error\":\"unauthorized\"}', unauthorized",
        "403, '<html>Forbidden</html>', not a broker",
        "403, '', not a broker",
        "403, '{\"error\":\"unauthorized\"}', not a broker",
        "200, '{\"name\":\"api-key\"}', not a broker",
        "404, '{\"error\":\"not_found\"}', not a broker",
        "503, '', not a broker",
        "503, '{\"error\":\"unavailable\"}', not a broker"
    })
    void unexpected_response_does_not_make_the_gateway_ready(int status, String body, String kind) {
        answer(StubbedBroker.json(status, body));

        Response health = given().get(ready);

        assertNotReady(health, kind);
    }

    @ParameterizedTest
    @Order(3)
    @EnumSource(Fault.class)
    void broken_response_does_not_make_the_gateway_ready(Fault fault) {
        answer(WireMock.aResponse().withFault(fault));

        Response health = given().get(ready);

        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(health.<String>path(broker("status"))).isEqualTo("DOWN");
    }

    @Test
    @Order(4)
    void gateway_recognized_by_a_broker_is_ready() {
        answer(StubbedBroker.json(403, "{\"error\":\"forbidden\"}"));

        Response health = given().get(ready);

        assertReady(health);
        MutualTlsBroker.broker()
                .verify(getRequestedFor(urlPathEqualTo("/internal/v1/providers/api-key"))
                        .withHeader("Authorization", matching("Bearer [^.]+\\.[^.]+\\.[^.]+")));
    }

    @Test
    @Order(5)
    void a_call_reaches_a_broker_that_demands_a_client_certificate() {
        answer(StubbedBroker.json(200, "{\"providers\": []}"));

        Response answer = given().header("X-API-Key", StubbedBroker.apiKey()).get("/v1/providers");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.asString()).isEqualTo("{\"providers\": []}");
        assertThat(MutualTlsBroker.broker()
                        .getAllServeEvents()
                        .get(0)
                        .getRequest()
                        .getAbsoluteUrl())
                .startsWith("https://");
    }

    @Test
    @Order(6)
    void later_error_response_does_not_make_the_gateway_unready() {
        answer(StubbedBroker.json(503, ""));

        Response health = given().get(ready);

        assertReady(health);
    }

    @Test
    @Order(7)
    void outage_keeps_the_gateway_ready_and_calls_get_503() {
        MutualTlsBroker.broker().stop();

        Response health = given().get(ready);
        Response answer = given().header("X-API-Key", StubbedBroker.apiKey()).get("/v1/providers");

        assertReady(health);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.<String>path("error")).isEqualTo("unavailable");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    @Order(8)
    void calls_work_again_after_an_outage() {
        answer(StubbedBroker.json(200, "{\"providers\": []}"));

        Response answer = given().header("X-API-Key", StubbedBroker.apiKey()).get("/v1/providers");

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    private static void answer(ResponseDefinitionBuilder answer) {
        if (!MutualTlsBroker.broker().isRunning()) {
            MutualTlsBroker.startBroker();
        }
        MutualTlsBroker.broker().resetAll();
        MutualTlsBroker.broker().stubFor(any(anyUrl()).willReturn(answer));
    }

    private static void assertReady(Response health) {
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.<String>path(broker("status"))).isEqualTo("UP");
        assertThat(health.<String>path(broker("data.state"))).isEqualTo("reached");
    }

    private static void assertNotReady(Response health, String cause) {
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(health.<String>path(broker("status"))).isEqualTo("DOWN");
        assertThat(health.<String>path(broker("data.state"))).isEqualTo("not reached yet");
        assertThat(health.<String>path(broker("data.cause"))).isEqualTo(cause);
    }

    private static String broker(String part) {
        return "checks.find { it.name == 'broker' }." + part;
    }
}
