package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.Load.Answer;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RealVault;
import dev.nexus.launcher.Nexus;
import dev.nexus.testsupport.Promise;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nexus with a real Vault that is sealed, stopped, slow or faulty. */
@ExtendWith(RealVault.Needed.class)
@Isolated("The 99th percentile of the responses has a limit.")
class VaultIT {

    private static RealVault vault;
    private static FaultyProxy proxy;
    private static Nexus nexus;
    private static Backend acme;

    @BeforeAll
    static void start() {
        vault = RealVault.start("vault");
        proxy = new FaultyProxy(vault.server().address());
        Map<String, String> settings = new HashMap<>(vault.settings());
        settings.put("quarkus.vault.url", proxy.address());
        settings.put("quarkus.datasource.reactive.max-size", "5");
        nexus = NexusExtension.start("over-vault", settings);
        acme = NexusExtension.backend(nexus, 0);
    }

    @AfterAll
    static void end() {
        nexus.close();
        proxy.close();
        vault.close();
    }

    /** Restores Vault and waits until the Broker can use it. */
    @AfterEach
    void recover() {
        proxy.inject(FaultyProxy.NONE);
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            Begun begun = acme.begin(Backend.workspace());
            return acme.captureKey(begun.state(), "k").statusCode() == 200
                    && acme.token(begun.id()).statusCode() == 200;
        });
    }

    private static String readKey(String id) {
        return acme.token(id).path("credentials.api_key");
    }

    private static void assertUnavailable(Response answer) {
        answer.then().statusCode(503);
        assertThat(answer.header("Retry-After")).isNotNull();
        assertThat(answer.<String>path("error")).isEqualTo("unavailable");
    }

    @Test
    @Promise(2)
    void requests_get_503_while_vault_is_sealed_and_the_same_state_works_after_the_unseal() throws Exception {
        String id = acme.connect(Backend.workspace(), "before");
        Begun begun = acme.begin(Backend.workspace());

        vault.seal();

        assertUnavailable(acme.token(id));
        assertUnavailable(acme.captureKey(begun.state(), "meanwhile"));
        acme.check(id).then().statusCode(200);
        assertThat(acme.check(begun.id()).<String>path("status")).isEqualTo("pending");
        acme.schema(begun.state()).then().statusCode(200);
        assertThat(acme.begin(Backend.workspace()).state()).isNotEmpty();

        vault.unseal();

        await().atMost(Duration.ofSeconds(10)).until(() -> acme.token(id).statusCode() == 200);
        acme.captureKey(begun.state(), "after").then().statusCode(200);
        assertThat(readKey(begun.id())).isEqualTo("after");
        System.out.println("Vault sealed: capture and token 503, check-connection 200, the row pending;"
                + " the same state succeeded after the unsealing");
    }

    @Test
    void requests_get_503_while_vault_is_stopped_and_succeed_after_its_restart() throws Exception {
        String id = acme.connect(Backend.workspace(), "before");

        vault.server().stop();

        assertUnavailable(acme.token(id));
        acme.check(id).then().statusCode(200);

        vault.server().restart();
        vault.unseal();

        await().atMost(Duration.ofSeconds(10)).until(() -> acme.token(id).statusCode() == 200);
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 400, 403, 404, 412, 429, 472, 473, 474, 500, 501, 502, 503, 530})
    void requests_get_503_if_vault_answers_with_an_error_status(int status) {
        String id = acme.connect(Backend.workspace(), "k");
        Begun begun = acme.begin(Backend.workspace());

        proxy.inject(FaultyProxy.answering(status, "{\"errors\":[\"planted\"]}"));

        assertUnavailable(acme.token(id));
        assertUnavailable(acme.captureKey(begun.state(), "k"));
        acme.check(id).then().statusCode(200);
        assertThat(acme.check(begun.id()).<String>path("status")).isEqualTo("pending");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "<html>login</html>",
                "{}",
                "{\"data\":null}",
                "{\"data\":{\"batch_results\":[]}}",
                "{\"data\":{\"batch_results\":[{},{},{}]}}",
                "{\"data\":{\"batch_results\":[{\"plaintext\":\"*\",\"ciphertext\":\"vault:v1:*\"}]}}",
                "{\"data\":{\"batch_results\":[{\"ciphertext\":\"vault:v0:AAAA\"}]}}"
            })
    void malformed_vault_response_is_never_used_as_a_credential(String body) {
        String id = acme.connect(Backend.workspace(), "k");
        Begun begun = acme.begin(Backend.workspace());

        proxy.inject(FaultyProxy.answering(200, body));

        assertUnavailable(acme.token(id));
        assertUnavailable(acme.captureKey(begun.state(), "k"));
        assertThat(acme.check(begun.id()).<String>path("status")).isEqualTo("pending");
    }

    @Test
    @Promise(3)
    void slow_vault_delays_only_requests_that_need_it() throws Exception {
        String id = acme.connect(Backend.workspace(), "k");
        List<Answer> before;
        List<Answer> during;
        List<Answer> tokens;

        try (Load load = new Load(List.of(Load.get(acme, "/v1/token/" + id)), 50)) {
            checksFor(id, Duration.ofSeconds(5));
            before = checksFor(id, Duration.ofSeconds(8));
            proxy.inject(FaultyProxy.delayed(Duration.ofSeconds(10)));
            long slowSince = System.nanoTime();
            during = checksFor(id, Duration.ofSeconds(8));
            assertThat(NexusExtension.rows(
                            nexus,
                            "select pid from pg_stat_activity where application_name = 'nexus-broker'"
                                    + " and state like 'idle in transaction%'"))
                    .isEmpty();
            tokens = load.sentSince(slowSince);
        }

        assertThat(tokens).hasSizeGreaterThan(200).allSatisfy(answer -> {
            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            assertThat(answer.retryAfter()).isTrue();
            // Far below Vault's ten seconds. The margin allows for a pause of the test machine.
            assertThat(answer.millis()).isLessThanOrEqualTo(5_000);
        });
        assertThat(p99(tokens)).isLessThanOrEqualTo(2_500);
        assertThat(during).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        System.out.printf(
                "Slow Vault: token p99 %d ms, all 503; check-connection p99 %d ms before, %d ms during,"
                        + " over 5 database connections, none in a transaction%n",
                p99(tokens), p99(before), p99(during));
    }

    private static List<Answer> checksFor(String id, Duration span) throws InterruptedException {
        long since = System.nanoTime();
        try (Load load = new Load(List.of(Load.get(acme, "/v1/check-connection/" + id)), 50)) {
            TimeUnit.NANOSECONDS.sleep(span.toNanos());
            return load.sentSince(since);
        }
    }

    private static long p99(List<Answer> answers) {
        return answers.stream()
                .mapToLong(Answer::millis)
                .sorted()
                .skip(answers.size() * 99L / 100)
                .findFirst()
                .orElse(0);
    }

    @Test
    @Promise(29)
    void ciphertext_moved_to_another_row_is_not_decrypted() {
        String one = acme.connect(Backend.workspace(), "one");
        String other = NexusExtension.backend(nexus, 1).connect(Backend.workspace(), "other");

        swap(one, other);
        int refused = acme.token(one).statusCode();
        int otherRefused = NexusExtension.backend(nexus, 1).token(other).statusCode();
        swap(one, other);

        // Not 503: a retry cannot recover the credential.
        assertThat(List.of(refused, otherRefused)).containsOnly(500);
        assertThat(readKey(one)).isEqualTo("one");
        System.out.println("Ciphertext swap: 2 of 2 swapped rows refused");
    }

    private static void swap(String one, String other) {
        NexusExtension.sql(nexus, """
                update credential k set ciphertext = o.ciphertext, key_version = o.key_version
                from credential o
                where k.connection_id in ('%1$s', '%2$s') and o.connection_id in ('%1$s', '%2$s')
                  and k.connection_id <> o.connection_id
                """.formatted(one, other));
    }

    @Test
    @Promise(8)
    void concurrent_submits_of_one_state_store_one_value() throws Exception {
        DoubleSubmit.assertOneSucceeds(acme, 5, 50);
    }

    @Test
    @Promise(4)
    void load_is_shed_while_the_pool_is_exhausted_and_requests_succeed_after_it() throws Exception {
        String id = acme.connect(Backend.workspace(), "k");
        long since = System.nanoTime();
        List<Answer> answers;

        try (PoolBlocker blocker = PoolBlocker.lock(nexus);
                Load load = new Load(List.of(Load.get(acme, "/v1/check-connection/" + id)), 60)) {
            TimeUnit.SECONDS.sleep(5);
            answers = load.sentSince(since);
            blocker.release();
            long released = System.nanoTime();
            await().atMost(Duration.ofSeconds(5)).until(() -> {
                List<Answer> lately = load.sentSince(System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
                return lately.size() > 30 && lately.stream().allMatch(answer -> answer.status() == 200);
            });
            List<Answer> shed =
                    answers.stream().filter(answer -> answer.status() == 503).toList();
            assertThat(shed).hasSizeGreaterThan(150);
            assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 503));
            System.out.printf(
                    "Pool exhaustion: 5 connections, 60 callers a second, %d shed, median %d ms, p99 %d"
                            + " ms; recovered %d ms after the release%n",
                    shed.size(),
                    shed.stream()
                            .mapToLong(Answer::millis)
                            .sorted()
                            .skip(shed.size() / 2)
                            .findFirst()
                            .orElse(0),
                    p99(shed),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - released));
        }
    }
}
