package dev.nexus.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.BrokerConnection;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.ServiceTokens;
import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.DevAuthority;
import dev.nexus.launcher.DevAuthority.Issued;
import dev.nexus.launcher.DevAuthority.Use;
import dev.nexus.launcher.DevCertificates;
import dev.nexus.launcher.Nexus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The Gateway's key for service tokens: a regular rotation, and the revocation of a leaked key. */
@Isolated("A revocation has a limit of five seconds.")
class ServiceKeyRotationIT {

    private static final int PER_SECOND = 50;

    private static Nexus nexus;

    @BeforeAll
    static void start() {
        nexus = NexusExtension.start("service-key-rotation", Map.of());
    }

    @AfterAll
    static void end() {
        nexus.close();
    }

    @Test
    void no_request_fails_during_a_key_rotation_under_load() throws Exception {
        Backend acme = NexusExtension.backend(nexus, 0);
        String id = acme.connect(Backend.workspace(), "k");
        String previous = currentKid();

        try (Load load = new Load(
                List.of(Load.get(acme, "/v1/token/" + id), Load.get(acme, "/v1/check-connection/" + id)), PER_SECOND)) {
            load.awaitAnswers(2 * PER_SECOND);
            long warm = System.nanoTime();
            Path next = mint("next");
            awaitKeys("next", true);
            Files.move(next, serviceKey(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> Files.readString(nexus.gateway().log())
                            .contains("The service key was read again: kid=next"));
            remove(previous);
            awaitKeys(previous, false);
            load.awaitAnswers(2 * PER_SECOND);

            List<Load.Answer> all = load.sentSince(warm);
            assertThat(all)
                    .allSatisfy(answer ->
                            assertThat(answer.status()).as(answer.body()).isEqualTo(200));
            System.out.printf(
                    "Service key rotated at %d rps: %d answers, none failed, slowest %d ms%n",
                    PER_SECOND,
                    all.size(),
                    all.stream().mapToLong(Load.Answer::millis).max().orElse(0));
        }
    }

    @Test
    void cached_token_of_a_removed_key_is_rejected_within_five_seconds() throws Exception {
        DevAuthority authority = nexus.certificates().authority();
        Issued gateway = authority.issue(Use.CLIENT, DevCertificates.GATEWAY_IDENTITY);
        String token = ServiceTokens.signedBy(mint("leaked"));
        Backend acme = NexusExtension.backend(nexus, 0);
        String id = acme.connect(Backend.workspace(), "k");

        try (BrokerConnection thief = new BrokerConnection(nexus.brokerUrl(), gateway, authority)) {
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> thief.provider(token).status() == 200);
            assertThat(thief.provider(token).status()).isEqualTo(200);

            remove("leaked");
            long removed = System.nanoTime();

            await().atMost(Duration.ofSeconds(5))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> thief.provider(token).status() == 401);
            System.out.printf(
                    "A token of a removed key, cached as verified, was refused after %d ms%n",
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - removed));
        }
        acme.token(id).then().statusCode(200);
    }

    /** Adds a key to the Broker's file with the documented command, and returns the file of the private key. */
    private static Path mint(String kid) throws IOException, InterruptedException {
        Path privateKey = nexus.folder().resolve(kid + ".json");
        Process minting = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-jar",
                        Artifacts.around(Path.of(""))
                                .root()
                                .resolve("gateway/target/quarkus-app/quarkus-run.jar")
                                .toString(),
                        "mint-service-key",
                        "--private",
                        privateKey.toString(),
                        "--jwks",
                        jwks().toString(),
                        "--kid",
                        kid)
                .inheritIO()
                .start();
        assertThat(minting.waitFor()).isZero();
        return privateKey;
    }

    private static void remove(String kid) throws IOException, JoseException {
        List<JsonWebKey> others = new JsonWebKeySet(Files.readString(jwks()))
                .getJsonWebKeys().stream()
                        .filter(key -> !kid.equals(key.getKeyId()))
                        .toList();
        Path next = jwks().resolveSibling("gateway-keys.json.next");
        Files.writeString(next, new JsonWebKeySet(others).toJson(OutputControlLevel.PUBLIC_ONLY));
        Files.move(next, jwks(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void awaitKeys(String kid, boolean present) {
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            List<String> reloads = Files.readAllLines(nexus.broker().log()).stream()
                    .filter(line -> line.contains("The Gateway keys were read again"))
                    .toList();
            return !reloads.isEmpty() && reloads.get(reloads.size() - 1).contains(kid) == present;
        });
    }

    private static String currentKid() throws IOException, JoseException {
        return JsonWebKey.Factory.newJwk(Files.readString(serviceKey())).getKeyId();
    }

    private static Path serviceKey() {
        return nexus.folder().resolve("service-key.json");
    }

    private static Path jwks() {
        return nexus.folder().resolve("gateway-keys.json");
    }
}
