package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.BrokerConnection;
import dev.nexus.e2e.support.Concurrent;
import dev.nexus.e2e.support.Health;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.Scrape;
import dev.nexus.launcher.DevAuthority;
import dev.nexus.launcher.DevAuthority.Issued;
import dev.nexus.launcher.DevAuthority.Use;
import dev.nexus.launcher.DevCertificates;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Replaces files of running services: an invalid file is reported, and an expired certificate makes the service
 * unready.
 */
@Concurrent
class ReloadedFilesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Nexus nexus;
    private static Backend acme;
    private static String id;

    @BeforeAll
    static void start() {
        nexus = NexusExtension.start("reloaded-files", Map.of());
        acme = NexusExtension.backend(nexus, 0);
        id = acme.connect(Backend.workspace(), "k");
    }

    @AfterAll
    static void end() {
        nexus.close();
    }

    private static void write(Path file, String content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void awaitValid(ServiceProcess service, String setting, double valid) {
        await().atMost(PATIENCE)
                .until(() -> Scrape.of(service).value("nexus_file_valid", "file", setting) == valid
                        && Scrape.of(service).labels().containsKey("nexus_file_valid"));
    }

    /** Makes a file invalid. Asserts that the service reports it, uses the old content, and detects the fixed file. */
    private static void assertReported(ServiceProcess service, String setting, Path file, String broken, String reason)
            throws Exception {
        String good = Files.readString(file);
        double loadedAt = Scrape.of(service).value("nexus_file_loaded_timestamp_seconds", "file", setting);

        long lines = lines(service, setting);

        write(file, broken);

        awaitValid(service, setting, 0);
        Health ready = Health.of(service, "files");
        assertThat(ready.status()).as("the service stays ready").isEqualTo(200);
        assertThat(ready.data().path(setting).asText())
                .startsWith("invalid since ")
                .contains(reason);
        assertThat(Scrape.of(service).value("nexus_file_loaded_timestamp_seconds", "file", setting))
                .isEqualTo(loadedAt);
        assertThat(lines(service, setting)).as("one log line for the change").isEqualTo(lines + 1);
        acme.token(id).then().statusCode(200);

        write(file, good);

        awaitValid(service, setting, 1);
        assertThat(Health.of(service, "files").data().path(setting).asText()).isEqualTo("valid");
    }

    private static long lines(ServiceProcess service, String setting) throws IOException {
        return Files.readAllLines(service.log()).stream()
                .filter(line -> line.contains("The file is invalid") && line.contains("setting=" + setting))
                .count();
    }

    @Test
    void an_invalid_api_keys_file_is_reported_and_the_previous_keys_still_work() throws Exception {
        assertReported(
                nexus.gateway(),
                "nexus.gateway.api-keys-file",
                nexus.folder().resolve("api-keys.yaml"),
                "keys:\n- id: oops\n",
                "keys[0]");
    }

    @Test
    void an_invalid_service_key_is_reported() throws Exception {
        assertReported(
                nexus.gateway(),
                "nexus.gateway.service-key-file",
                nexus.folder().resolve("service-key.json"),
                "{}",
                "not a JWK");
    }

    @Test
    void an_invalid_file_of_gateway_keys_is_reported() throws Exception {
        assertReported(
                nexus.broker(),
                "nexus.broker.gateway-keys-file",
                nexus.folder().resolve("gateway-keys.json"),
                "{\"keys\":[]}",
                "it holds no key");
    }

    @Test
    void an_unreadable_certificate_is_reported_by_each_service() throws Exception {
        assertReported(
                nexus.gateway(),
                "quarkus.tls.broker",
                nexus.certificates().folder().resolve("gateway/tls.crt"),
                "nonsense",
                "valid PEM");
        assertReported(
                nexus.broker(),
                "quarkus.tls.gateway",
                nexus.certificates().folder().resolve("broker/ca.crt"),
                "nonsense",
                "valid PEM");
    }

    @Test
    void an_unreadable_revocation_list_is_reported() throws Exception {
        Path list = nexus.certificates().folder().resolve("broker/revoked.crl");
        String good = Files.readString(list);

        Files.delete(list);

        awaitValid(nexus.broker(), "quarkus.tls.gateway", 0);
        acme.token(id).then().statusCode(200);
        write(list, good);
        awaitValid(nexus.broker(), "quarkus.tls.gateway", 1);
    }

    @Test
    void certificate_with_the_key_of_another_one_is_reported_and_not_used() throws Exception {
        DevAuthority authority = nexus.certificates().authority();
        Issued one = authority.issue(Use.SERVER, "127.0.0.1", "localhost");
        Issued other = authority.issue(Use.SERVER, "127.0.0.1", "localhost");

        nexus.certificates().publish(Service.BROKER, new Issued(one.certificate(), other.key()), authority);

        awaitValid(nexus.broker(), "quarkus.tls.gateway", 0);
        assertThat(Health.of(nexus.broker(), "files")
                        .data()
                        .path("quarkus.tls.gateway")
                        .asText())
                .contains("the private key does not belong to the certificate");
        try (BrokerConnection connection = new BrokerConnection(
                nexus.brokerUrl(), authority.issue(Use.CLIENT, DevCertificates.GATEWAY_IDENTITY), authority)) {
            assertThat(connection.broker()).isNotEqualTo(one.certificate());
        }
        nexus.certificates().publish(Service.BROKER, one, authority);
        awaitValid(nexus.broker(), "quarkus.tls.gateway", 1);
        acme.awaitAnswer(id);
    }

    @Test
    void expired_certificate_makes_a_service_unready_until_it_is_replaced() throws Exception {
        DevCertificates files = nexus.certificates();
        DevAuthority authority = files.authority();
        Instant now = Instant.now();

        files.publish(
                Service.GATEWAY,
                authority.issue(
                        Use.CLIENT, now.minusSeconds(600), now.minusSeconds(60), DevCertificates.GATEWAY_IDENTITY),
                authority);

        await().atMost(PATIENCE)
                .until(() -> Health.of(nexus.gateway(), "certificates").status() == 503);
        assertThat(Health.of(nexus.gateway(), "certificates")
                        .data()
                        .path("quarkus.tls.broker")
                        .asText())
                .startsWith("expired at ")
                .contains("replace the certificate");
        assertThat(Scrape.of(nexus.gateway())
                        .value("nexus_certificate_not_after_timestamp_seconds", "certificate", "own"))
                .isLessThan((double) now.getEpochSecond());

        files.publish(Service.GATEWAY, authority.issue(Use.CLIENT, DevCertificates.GATEWAY_IDENTITY), authority);

        await().atMost(PATIENCE)
                .until(() -> Health.of(nexus.gateway(), "certificates").status() == 200);
        acme.awaitAnswer(id);
        acme.token(id).then().statusCode(200);
    }
}
