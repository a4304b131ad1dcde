package dev.nexus.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.BrokerConnection;
import dev.nexus.e2e.support.BrokerConnection.Answer;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.ServiceTokens;
import dev.nexus.launcher.DevAuthority;
import dev.nexus.launcher.DevAuthority.Issued;
import dev.nexus.launcher.DevAuthority.Use;
import dev.nexus.launcher.DevCertificates;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.LauncherException;
import dev.nexus.launcher.Nexus;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** Access to the Broker with client certificates. A caller without a valid one has a valid service token. */
@ExtendWith(NexusExtension.class)
@Isolated("A revocation has a limit of five seconds.")
class MutualTlsIT {

    private static final String GATEWAY = DevCertificates.GATEWAY_IDENTITY;
    private static final String RELOADED = "were read again";
    private static final int PER_SECOND = 50;

    /** The time between two checks of the TLS files in a service. */
    private static final Duration RELOAD_PERIOD = Duration.ofSeconds(2);

    /** Calls the Broker with the certificate {@code own} and a valid service token. */
    private static Answer call(Nexus nexus, @Nullable Issued own) throws Exception {
        DevAuthority trusted = nexus.certificates().authority();
        try (BrokerConnection broker = new BrokerConnection(nexus.brokerUrl(), own, trusted)) {
            return broker.provider(token(nexus));
        }
    }

    private static String token(Nexus nexus) throws Exception {
        return ServiceTokens.signedBy(nexus.folder().resolve("service-key.json"));
    }

    private static Issued gatewayOf(Nexus nexus) throws IOException {
        return nexus.certificates().authority().issue(Use.CLIENT, GATEWAY);
    }

    @Test
    void gateway_certificate_and_service_token_are_accepted() throws Exception {
        Nexus nexus = NexusExtension.nexus();

        Answer answer = call(nexus, gatewayOf(nexus));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("basic-auth");
    }

    @Test
    void gateway_certificate_without_a_service_token_is_rejected_with_401() throws Exception {
        Nexus nexus = NexusExtension.nexus();
        DevAuthority authority = nexus.certificates().authority();

        try (BrokerConnection broker = new BrokerConnection(nexus.brokerUrl(), gatewayOf(nexus), authority)) {
            Answer answer = broker.provider(null);

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.body()).contains("unauthorized", "service token");
        }
    }

    @Test
    void caller_without_a_certificate_is_rejected() {
        assertRefused(() -> call(NexusExtension.nexus(), null));
    }

    @Test
    void certificate_of_another_authority_with_the_same_names_is_rejected() {
        Issued other = DevAuthority.create("Nexus development").issue(Use.CLIENT, GATEWAY);

        assertRefused(() -> call(NexusExtension.nexus(), other));
    }

    @Test
    void expired_certificate_is_rejected() throws Exception {
        Instant now = Instant.now();
        Issued expired = NexusExtension.nexus()
                .certificates()
                .authority()
                .issue(Use.CLIENT, now.minus(Duration.ofDays(2)), now.minus(Duration.ofSeconds(1)), GATEWAY);

        assertRefused(() -> call(NexusExtension.nexus(), expired));
    }

    @Test
    void server_certificate_is_rejected() throws Exception {
        Issued server = NexusExtension.nexus().certificates().authority().issue(Use.SERVER, GATEWAY);

        assertRefused(() -> call(NexusExtension.nexus(), server));
    }

    @Test
    void certificate_with_another_identity_gets_401_and_its_connection_is_closed() throws Exception {
        Nexus nexus = NexusExtension.nexus();
        DevAuthority authority = nexus.certificates().authority();
        Issued other = authority.issue(Use.CLIENT, "nexus-gateway.example.org", "spiffe://example.org/other");

        try (BrokerConnection broker = new BrokerConnection(nexus.brokerUrl(), other, authority)) {
            Answer answer = broker.provider(token(nexus));

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.body())
                    .isEqualTo("{\"error\":\"unauthorized\",\"message\":\"A valid client certificate of the Gateway is"
                            + " required\"}");
            assertThat(broker.isEnded()).isTrue();
        }
    }

    @Test
    void certificate_that_expires_on_an_open_connection_is_rejected_with_401() throws Exception {
        Nexus nexus = NexusExtension.nexus();
        DevAuthority authority = nexus.certificates().authority();
        String token = token(nexus);
        Instant now = Instant.now();
        Issued brief = authority.issue(Use.CLIENT, now.minusSeconds(60), now.plusSeconds(8), GATEWAY);

        try (BrokerConnection broker = new BrokerConnection(nexus.brokerUrl(), brief, authority)) {
            assertThat(broker.provider(token).status()).isEqualTo(200);

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> broker.provider(token).status() == 401);
        }
    }

    @Test
    void the_broker_does_not_answer_plain_http() throws Exception {
        URI url = URI.create(NexusExtension.nexus().brokerUrl());

        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write("GET /internal/v1/providers HTTP/1.1\r\nHost: broker\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void only_the_owner_can_read_the_development_certificates() throws Exception {
        try (Stream<Path> files =
                Files.walk(NexusExtension.nexus().certificates().folder())) {
            List<Path> all = files.filter(Files::isRegularFile).toList();

            assertThat(all)
                    .hasSizeGreaterThanOrEqualTo(8)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void broker_refuses_to_start_in_production_without_mutual_tls() {
        Map<String, String> plain = Map.of("quarkus.profile", "prod", "quarkus.http.tls-configuration-name", "");

        assertThatThrownBy(() -> NexusExtension.start("plain-production", plain).close())
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("quarkus.http.tls-configuration-name must be set in production");
    }

    @Test
    void authority_and_certificates_are_replaced_under_load_and_no_request_fails() throws Exception {
        try (Nexus nexus = NexusExtension.start("certificate-rotation", Map.of())) {
            DevCertificates files = nexus.certificates();
            DevAuthority old = files.authority();
            DevAuthority next = DevAuthority.create("Nexus development, the next");
            Issued oldGateway = old.issue(Use.CLIENT, GATEWAY);
            Issued nextBroker = next.issue(Use.SERVER, "127.0.0.1");
            Issued nextGateway = next.issue(Use.CLIENT, GATEWAY);
            Backend acme = NexusExtension.backend(nexus, 0);
            String id = acme.connect(Backend.workspace(), "k");

            try (Load load = new Load(
                    List.of(Load.get(acme, "/v1/token/" + id), Load.get(acme, "/v1/check-connection/" + id)),
                    PER_SECOND)) {
                load.awaitAnswers(2 * PER_SECOND);
                long warm = System.nanoTime();
                // Both services trust both authorities until the last old certificate is replaced.
                publish(nexus, () -> {
                    files.publish(Service.BROKER, old.issue(Use.SERVER, "127.0.0.1"), old, next);
                    files.publish(Service.GATEWAY, oldGateway, old, next);
                });
                publish(nexus, () -> {
                    files.publish(Service.BROKER, nextBroker, old, next);
                    files.publish(Service.GATEWAY, nextGateway, old, next);
                });
                publish(nexus, () -> {
                    files.publish(Service.BROKER, nextBroker, next);
                    files.publish(Service.GATEWAY, nextGateway, next);
                });
                load.awaitAnswers(2 * PER_SECOND);

                List<Load.Answer> all = load.sentSince(warm);
                assertThat(all.stream().filter(answer -> answer.status() != 200))
                        .as("answers that are not 200, of %d", all.size())
                        .isEmpty();
                System.out.printf(
                        "Authority and both certificates replaced at %d rps: %d answers, none failed, slowest %d ms%n",
                        PER_SECOND,
                        all.size(),
                        all.stream().mapToLong(Load.Answer::millis).max().orElse(0));
            }

            try (BrokerConnection broker = new BrokerConnection(nexus.brokerUrl(), nextGateway, next)) {
                assertThat(broker.broker()).isEqualTo(nextBroker.certificate());
                assertThat(broker.provider(token(nexus)).status()).isEqualTo(200);
            }
            // The old certificate is rejected, so the Gateway's last successful calls used the new one.
            assertRefused(() -> {
                try (BrokerConnection broker = new BrokerConnection(nexus.brokerUrl(), oldGateway, next)) {
                    broker.provider(token(nexus));
                }
            });
        }
    }

    /**
     * Publishes certificates and waits until both services have reloaded all files. The first reload can contain only a
     * part of the files, so this method waits for one more period.
     */
    private static void publish(Nexus nexus, Publishing publishing) throws IOException {
        long broker = countReloads(nexus.broker().log());
        long gateway = countReloads(nexus.gateway().log());
        publishing.run();
        await().atMost(Duration.ofSeconds(30))
                .during(RELOAD_PERIOD.plusMillis(500))
                .until(() -> countReloads(nexus.broker().log()) > broker
                        && countReloads(nexus.gateway().log()) > gateway);
    }

    private interface Publishing {
        void run() throws IOException;
    }

    /** Asserts that the Broker rejects the call after the TCP connection is open. */
    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(IOException.class)
                .isNotInstanceOfAny(ConnectException.class, SocketTimeoutException.class);
    }

    private static long countReloads(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("quarkus.tls.") && line.contains(RELOADED))
                .count();
    }

    @Test
    void revoked_certificate_is_rejected_within_five_seconds_even_on_an_open_connection() throws Exception {
        try (Nexus nexus = NexusExtension.start("certificate-revoked", Map.of())) {
            DevCertificates files = nexus.certificates();
            DevAuthority authority = files.authority();
            Issued leaked = gatewayOf(nexus);
            Backend acme = NexusExtension.backend(nexus, 0);
            String id = acme.connect(Backend.workspace(), "k");
            String token = token(nexus);

            try (BrokerConnection thief = new BrokerConnection(nexus.brokerUrl(), leaked, authority)) {
                assertThat(thief.provider(token).status()).isEqualTo(200);

                long revoked = System.nanoTime();
                List<X509Certificate> list = List.of(leaked.certificate());
                files.publish(Service.BROKER, authority.issue(Use.SERVER, "127.0.0.1"), list, authority);

                await().atMost(Duration.ofSeconds(5))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> thief.provider(token).status() == 401);
                System.out.printf(
                        "A revoked client certificate was refused on its open connection after %d ms%n",
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - revoked));
            }

            await().atMost(Duration.ofSeconds(5)).until(() -> isRefused(nexus, leaked));
            acme.token(id).then().statusCode(200);
        }
    }

    private static boolean isRefused(Nexus nexus, Issued own) throws Exception {
        try {
            return call(nexus, own).status() == 401;
        } catch (IOException rejectedByTls) {
            return true;
        }
    }

    @Test
    void gateway_rejects_a_broker_with_another_name() throws Exception {
        try (Nexus nexus = NexusExtension.start("another-broker", Map.of())) {
            DevCertificates files = nexus.certificates();
            DevAuthority authority = files.authority();
            Backend acme = NexusExtension.backend(nexus, 0);
            String id = acme.connect(Backend.workspace(), "k");

            files.publish(Service.BROKER, authority.issue(Use.SERVER, "broker.example.org"), authority);
            nexus.broker().kill();
            nexus.broker().restart();
            nexus.broker().awaitReady();
            acme.token(id).then().statusCode(503);
            files.publish(Service.BROKER, authority.issue(Use.SERVER, "127.0.0.1"), authority);

            await().atMost(Duration.ofSeconds(10)).until(() -> acme.token(id).statusCode() == 200);
        }
    }
}
