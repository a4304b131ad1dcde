package dev.nexus.gateway.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.gateway.broker.BrokerClient.Reached;
import io.netty.channel.ConnectTimeoutException;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BrokerReadinessTest {

    private static final Reached RECOGNIZED = new Reached(403, "{\"error\":\"forbidden\"}");

    private Uni<Reached> answer = Uni.createFrom().failure(new ConnectException("Connection refused"));
    private final BrokerReadiness readiness = new BrokerReadiness(() -> answer, new ObjectMapper());

    private HealthCheckResponse check() {
        return readiness.call().await().indefinitely();
    }

    private static @Nullable Object cause(HealthCheckResponse response) {
        return response.getData().orElseThrow().get("cause");
    }

    @Test
    void gateway_is_not_ready_before_it_reaches_a_broker() {
        HealthCheckResponse response = check();

        assertThat(response.getStatus()).isEqualTo(Status.DOWN);
        assertThat(cause(response)).isEqualTo("refused");
    }

    @Test
    void gateway_recognized_by_a_broker_stays_ready_during_an_outage() {
        answer = Uni.createFrom().item(RECOGNIZED);
        check();
        answer = Uni.createFrom().failure(new ConnectException("Connection refused"));

        HealthCheckResponse later = check();

        assertThat(later.getStatus()).isEqualTo(Status.UP);
    }

    @ParameterizedTest
    @CsvSource({
        "401, '{\"error\":\"unauthorized\"}', unauthorized",
        "403, '<html>Forbidden</html>', not a broker",
        "200, '{\"name\":\"api-key\"}', not a broker",
        "404, '{\"error\":\"not_found\"}', not a broker",
        "503, '', not a broker"
    })
    void unexpected_response_does_not_make_the_gateway_ready(int status, String body, String kind) {
        answer = Uni.createFrom().item(new Reached(status, body));

        HealthCheckResponse response = check();

        assertThat(response.getStatus()).isEqualTo(Status.DOWN);
        assertThat(cause(response)).isEqualTo(kind);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failure_has_a_kind_and_a_cause(Throwable failure, String kind, String cause) {
        CallFailure named = CallFailure.of(new RuntimeException("outer", failure));

        assertThat(named).isEqualTo(new CallFailure(kind, cause));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new SSLHandshakeException("handshake")
                                .initCause(new CertPathValidatorException("PKIX path building failed")),
                        "tls",
                        "CertPathValidatorException: PKIX path building failed"),
                Arguments.of(
                        new SSLHandshakeException("PKIX path building failed: no valid path")
                                .initCause(new CertPathValidatorException("no valid path")),
                        "tls",
                        "SSLHandshakeException: PKIX path building failed: no valid path"),
                Arguments.of(new UnknownHostException("broker.example"), "dns", "UnknownHostException: broker.example"),
                Arguments.of(
                        new ConnectException("Connection refused: broker/10.0.0.1:8081"),
                        "refused",
                        "ConnectException: Connection refused: broker/10.0.0.1:8081"),
                Arguments.of(
                        new ConnectTimeoutException("connection timed out: broker/10.0.0.1:8081"),
                        "timeout",
                        "ConnectTimeoutException: connection timed out: broker/10.0.0.1:8081"),
                Arguments.of(
                        new TimeoutException("GET /internal/connections?label=a-secret"),
                        "timeout",
                        "no response in time"),
                Arguments.of(new IOException("Broken pipe"), "other", "IOException: Broken pipe"),
                Arguments.of(new IllegalStateException("with a value"), "other", "IllegalStateException"));
    }
}
