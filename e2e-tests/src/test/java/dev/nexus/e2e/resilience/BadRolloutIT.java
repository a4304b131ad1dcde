package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.Replica;
import dev.nexus.launcher.DevAuthority;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.FreePorts;
import dev.nexus.launcher.ServiceProcess;
import dev.nexus.testsupport.Promise;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.keys.EllipticCurves;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A misconfigured Gateway never becomes ready. So a rollout does not replace a running Gateway with it. */
@ExtendWith(NexusExtension.class)
@Tag("soak")
class BadRolloutIT {

    private static final Duration START = Duration.ofMinutes(4);
    private static final Duration OBSERVED = Duration.ofSeconds(15);

    private final HttpClient http = HttpClient.newHttpClient();

    private static ServiceProcess gateway(String setting, String value) throws IOException {
        return Replica.start(NexusExtension.nexus(), Service.GATEWAY, Map.of(setting, value));
    }

    @Test
    @Promise(32)
    void gateway_with_a_wrong_url_authority_or_key_stays_unready_and_reports_the_cause() throws Exception {
        Path folder = NexusExtension.emptyFolder("bad-rollout");

        try (ServiceProcess url = gateway("nexus.gateway.broker-url", "https://127.0.0.1:" + FreePorts.any());
                ServiceProcess name = gateway("nexus.gateway.broker-url", "https://broker.invalid:8081");
                ServiceProcess authority = gateway(
                        "quarkus.tls.broker.trust-store.pem.certs",
                        otherAuthority(folder).toString());
                ServiceProcess key = gateway(
                        "nexus.gateway.service-key-file", otherKey(folder).toString())) {
            awaitCause(url, "refused", "Connection refused");
            awaitCause(name, "dns", "broker.invalid");
            awaitCause(authority, "tls", "PKIX path");
            awaitCause(key, "unauthorized", "service key");

            await().during(OBSERVED)
                    .atMost(OBSERVED.multipliedBy(2))
                    .until(() -> List.of(url, name, authority, key).stream()
                            .allMatch(gateway -> ready(gateway).statusCode() == 503));
        }
    }

    private void awaitCause(ServiceProcess gateway, String kind, String cause) {
        await().atMost(START).ignoreExceptions().untilAsserted(() -> {
            HttpResponse<String> answer = ready(gateway);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("\"cause\": \"" + kind + "\"");
            assertThat(Files.readString(gateway.log())).contains(cause);
        });
    }

    private HttpResponse<String> ready(ServiceProcess gateway) {
        try {
            return http.send(
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + gateway.managementPort() + "/q/health/ready"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException notYet) {
            throw new IllegalStateException(notYet);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static Path otherAuthority(Path folder) throws Exception {
        X509Certificate other = DevAuthority.create("Another authority").certificate();
        return Files.writeString(
                folder.resolve("ca.crt"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(other.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
    }

    private static Path otherKey(Path folder) throws Exception {
        EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId("not-published");
        return Files.writeString(folder.resolve("service-key.json"), key.toJson(OutputControlLevel.INCLUDE_PRIVATE));
    }
}
