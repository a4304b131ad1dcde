package dev.nexus.bridge;

import static dev.nexus.bridge.BridgeServers.API_KEY;
import static dev.nexus.bridge.BridgeServers.ID;
import static dev.nexus.bridge.BridgeServers.SECRET;
import static dev.nexus.bridge.BridgeServers.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.bridge.LocalServer.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exceptions that an application receives for errors of the Gateway. */
class GatewayFailuresTest {

    @RegisterExtension
    private final BridgeServers servers = new BridgeServers();

    private final LocalServer gateway = servers.gateway;
    private final LocalServer provider = servers.provider;
    private final Map<String, Answer> tokens = servers.tokens;

    @Test
    void a_503_of_the_gateway_is_retried() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        gateway.answers(request -> calls.incrementAndGet() < 3
                ? new Answer(503, Map.of("Retry-After", "0"), "{\"error\":\"unavailable\",\"message\":\"Try again\"}")
                : token(SECRET, ""));

        assertThat(servers.send()).isEqualTo(200);
        assertThat(calls).hasValue(3);
    }

    @Test
    void the_last_503_is_thrown_after_the_retries() {
        gateway.answers(request -> Answer.of(503, "{\"error\":\"unavailable\",\"message\":\"Try again\"}"));

        GatewayException failed = catchThrowableOfType(GatewayException.class, servers::send);

        assertThat(failed.code()).isEqualTo("unavailable");
        assertThat(failed.status()).isEqualTo(503);
        assertThat(gateway.received()).hasSize(4);
        assertThat(provider.received()).isEmpty();
    }

    @Test
    void a_429_with_a_long_retry_after_is_thrown_without_a_retry() {
        gateway.answers(request ->
                new Answer(429, Map.of("Retry-After", "60"), "{\"error\":\"rate_limited\",\"message\":\"Wait\"}"));

        GatewayException failed = catchThrowableOfType(GatewayException.class, servers::send);

        assertThat(failed.retryAfter()).hasValue(Duration.ofSeconds(60));
        assertThat(gateway.received()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"401, unauthorized", "403, forbidden", "404, connection_not_found", "409, connection_not_active"})
    void a_refusal_of_the_gateway_is_thrown_with_its_code_and_not_retried(int status, String code) {
        tokens.put(ID, Answer.of(status, "{\"error\":\"" + code + "\",\"message\":\"So it is\"}"));

        GatewayException failed = catchThrowableOfType(GatewayException.class, servers::send);

        assertThat(failed).hasMessage("So it is");
        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.toString()).doesNotContain("canary");
        assertThat(gateway.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "canary-secret",
                "{\"strategy\":{\"type\":\"new\"},\"credentials\":{\"a\":\"canary-secret\"}}"
            })
    void the_exception_for_an_invalid_token_does_not_contain_the_response(String body) {
        tokens.put(ID, Answer.of(200, body));

        assertThatThrownBy(servers::send)
                .isInstanceOf(BridgeException.class)
                .satisfies(failure -> assertThat(failure.toString()).doesNotContain("canary"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "null", "{\"strategy\":{\"type\":\"header\"}}"})
    void a_response_that_is_not_a_token_is_reported_with_the_advice_to_check_the_url(String body) {
        tokens.put(ID, Answer.of(200, body));
        Bridge bridge = Bridge.builder(gateway.url(), API_KEY).retries(0).build();

        GatewayException failed = catchThrowableOfType(
                GatewayException.class, () -> bridge.connection(ID).send(servers.get("/me")));

        assertThat(failed.code()).isEqualTo("unreachable");
        assertThat(failed).hasMessageContaining("is not a token").hasMessageContaining("Check that gatewayUrl");
    }

    @Test
    void an_unreachable_gateway_is_reported_as_unreachable() {
        gateway.close();

        GatewayException failed = catchThrowableOfType(GatewayException.class, servers::send);

        assertThat(failed.code()).isEqualTo("unreachable");
        assertThat(failed.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://u:canary@ho st/",
                "https://nexus.example.com/#x",
                "http://nexus.example.com",
                "ftp://localhost",
                "nexus",
                "https://u@nexus.example.com",
                "http://127.evil" + ".example"
            })
    void an_invalid_gateway_url_is_refused_without_printing_it(String url) {
        assertThatThrownBy(() -> Bridge.of(url, API_KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void an_error_message_hides_the_api_key_and_has_one_line() {
        gateway.answers(request -> Answer.of(
                403, "{\"error\":\"forbidden\",\"message\":\"" + request.header("X-API-Key") + "\\nforged\"}"));

        GatewayException failed = catchThrowableOfType(GatewayException.class, servers::send);

        assertThat(failed).hasMessage("*** forged");
    }
}
