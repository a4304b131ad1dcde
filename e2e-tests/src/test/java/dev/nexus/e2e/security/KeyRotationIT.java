package dev.nexus.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.Concurrent;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RealVault;
import dev.nexus.launcher.Nexus;
import dev.nexus.testsupport.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rotation with a real Vault: of the transit key, the cipher, the state keys and the Broker's Vault token. */
@ExtendWith(RealVault.Needed.class)
@Concurrent
@Order(1)
class KeyRotationIT {

    private static final String REMAINING = """
            select (select count(*) from credential where cipher <> '%1$s' or key_version <> %2$d)
                 + (select count(*) from state_key where cipher <> '%1$s' or key_version <> %2$d)
            """;

    private static Map<String, String> connect(Backend acme, int count) {
        Map<String, String> connections = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            connections.put(acme.connect(Backend.workspace(), "key-" + i), "key-" + i);
        }
        return connections;
    }

    private static int countWrong(Backend acme, Map<String, String> connections) {
        int wrong = 0;
        for (Map.Entry<String, String> one : connections.entrySet()) {
            var answer = acme.token(one.getKey());
            if (answer.statusCode() == 200 && !one.getValue().equals(answer.path("credentials.api_key"))) {
                wrong++;
            }
        }
        return wrong;
    }

    private static void assertAllReadable(Backend acme, Map<String, String> connections) {
        connections.forEach((id, key) ->
                assertThat(acme.token(id).<String>path("credentials.api_key")).isEqualTo(key));
    }

    private static long countRemaining(Nexus nexus, String cipher, int version) {
        return Long.parseLong(
                NexusExtension.rows(nexus, REMAINING.formatted(cipher, version)).get(0));
    }

    @Test
    @Tag("soak")
    @Promise(12)
    void each_value_is_re_encrypted_after_a_transit_key_rotation_despite_a_kill() throws Exception {
        try (RealVault vault = RealVault.start("vault-rotated")) {
            Map<String, String> settings = new HashMap<>(vault.settings());
            settings.put("nexus.reseal.per-second", "20");
            try (Nexus nexus = NexusExtension.start("rotated", settings)) {
                Backend acme = NexusExtension.backend(nexus, 0);
                Map<String, String> connections = connect(acme, 100);
                Begun begun = acme.begin(Backend.workspace());

                vault.server().vault("write", "-f", "transit/keys/nexus/rotate");
                await().atMost(Duration.ofSeconds(60)).until(() -> countRemaining(nexus, "transit:nexus", 2) < 90);
                long leftAtKill = countRemaining(nexus, "transit:nexus", 2);
                nexus.broker().kill();
                nexus.broker().restart();
                nexus.broker().awaitReady();
                acme.awaitAnswer(begun.id());
                int wrong = countWrong(acme, connections);
                await().atMost(Duration.ofMinutes(2)).until(() -> countRemaining(nexus, "transit:nexus", 2) == 0);
                vault.server().vault("write", "transit/keys/nexus/config", "min_decryption_version=2");

                assertThat(leftAtKill).isPositive();
                assertThat(wrong).isZero();
                assertAllReadable(acme, connections);
                acme.captureKey(begun.state(), "k").then().statusCode(200);
                nexus.broker().kill();
                nexus.broker().restart();
                nexus.broker().awaitReady();
                acme.awaitAnswer(begun.id());
                assertAllReadable(acme, connections);
                assertThat(acme.begin(Backend.workspace()).state()).isNotEmpty();
                System.out.printf(
                        "Transit rotation: %d values, %d left when the Broker was killed, 0 wrong"
                                + " plaintexts, all decrypted with min_decryption_version=2%n",
                        connections.size(), leftAtKill);
            }
        }
    }

    @Test
    @Tag("soak")
    void values_move_from_the_local_keyset_to_transit_and_back() throws Exception {
        try (RealVault vault = RealVault.start("vault-migration")) {
            Map<String, String> toTransit = new HashMap<>(vault.settings());
            toTransit.put("nexus.cipher.kind", "local");
            toTransit.put("nexus.cipher.migration-kind", "transit");
            try (Nexus nexus = NexusExtension.start("migration", toTransit)) {
                Backend acme = NexusExtension.backend(nexus, 0);
                Map<String, String> connections = connect(acme, 20);

                nexus.restartBroker(Map.of("nexus.cipher.kind", "transit", "nexus.cipher.migration-kind", "local"));
                await().atMost(Duration.ofSeconds(60)).until(() -> countRemaining(nexus, "transit:nexus", 1) == 0);
                assertAllReadable(acme, connections);

                nexus.restartBroker(Map.of("nexus.cipher.kind", "local", "nexus.cipher.migration-kind", "transit"));
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> NexusExtension.rows(
                                        nexus, "select 1 from credential where cipher <> 'local' limit 1")
                                .isEmpty());
                assertAllReadable(acme, connections);
            }
        }
    }

    @Test
    @Promise(11)
    void no_request_fails_with_short_lived_state_keys_and_vault_tokens() throws Exception {
        underLoad(Duration.ofSeconds(25), "5s", "PT5S", 40);
    }

    @Test
    @Tag("soak")
    @Promise({11, 13})
    void no_request_fails_in_ten_minutes_with_state_keys_and_vault_tokens_of_one_minute() throws Exception {
        underLoad(Duration.ofMinutes(10), "60s", "PT1M", 100);
    }

    private static void underLoad(Duration span, String tokenTtl, String rotateEvery, int perSecond) throws Exception {
        String name = "lives-" + tokenTtl;
        try (RealVault vault = RealVault.start("vault-" + name, "--token-ttl", tokenTtl, "--token-max-ttl", "3m")) {
            Map<String, String> settings = new HashMap<>(vault.settings());
            settings.put("nexus.state.rotate-every", rotateEvery);
            settings.put("nexus.state.ttl", "PT20M");
            settings.put("nexus.gateway.broker-timeout", "PT5S");
            try (Nexus nexus = NexusExtension.start(name, settings)) {
                Backend acme = NexusExtension.backend(nexus, 0);
                String id = acme.connect(Backend.workspace(), "k");
                Begun early = acme.begin(Backend.workspace());
                int flows = 0;
                List<Load.Answer> answers;
                try (Load load = new Load(
                        List.of(
                                Load.get(acme, "/v1/token/" + id),
                                Load.get(acme, "/v1/capture-schema?state=" + early.state())),
                        perSecond)) {
                    load.awaitAnswers(2 * perSecond);
                    long since = System.nanoTime();
                    Instant end = Instant.now().plus(span);
                    while (Instant.now().isBefore(end)) {
                        Begun begun = acme.begin(Backend.workspace());
                        TimeUnit.MILLISECONDS.sleep(200);
                        acme.captureKey(begun.state(), "k").then().statusCode(200);
                        flows++;
                    }
                    answers = load.sentSince(since);
                }

                assertThat(answers).hasSizeGreaterThan((int) span.toSeconds() * perSecond / 2);
                assertThat(answers)
                        .allSatisfy(answer ->
                                assertThat(answer.status()).as(answer.body()).isEqualTo(200));
                acme.captureKey(early.state(), "k").then().statusCode(200);
                String keys = NexusExtension.rows(nexus, "select count(*) from state_key")
                        .get(0);
                System.out.printf(
                        "State-key rotation and Vault token renewal: %d s, state keys each %s (%s"
                                + " by then), token TTL %s: %d answers and %d flows, 0 refused, 0 x 5xx%n",
                        span.toSeconds(), rotateEvery, keys, tokenTtl, answers.size(), flows);
            }
        }
    }
}
