package dev.nexus.broker.reseal;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.cipher.CipherBinding;
import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.CipherBinding.WebhookSecretBinding;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipher.OpenResult.Opened;
import dev.nexus.broker.cipher.CredentialCipher.SealResult.Sealed;
import dev.nexus.broker.cipher.CredentialCipher.ToOpen;
import dev.nexus.broker.cipher.CredentialCipher.ToSeal;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.broker.cipher.UnreadableValues;
import dev.nexus.broker.cipher.local.KeysetFile;
import dev.nexus.broker.reseal.ResealStatements.Resealed;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.testsupport.Promise;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ResealTest {

    private static final StateKeyBinding ANY = new StateKeyBinding("any");
    private static final Duration LEASE = Duration.ofSeconds(30);

    @Inject
    Flow flow;

    @Inject
    Reseal reseal;

    @Inject
    ResealStatements statements;

    @Inject
    CredentialCipher cipher;

    @Inject
    ResealProgress progress;

    @Inject
    UnreadableValues unreadable;

    @ConfigProperty(name = "nexus.cipher.local.keyset-file")
    Path keysetFile;

    @Inject
    MeterRegistry meters;

    /** Other tests leave rows that were never encrypted. */
    @BeforeEach
    void deleteCredentials() {
        flow.sql("delete from credential");
    }

    private Map<UUID, String> connect(int count) {
        Map<UUID, String> connections = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String credential = UUID.randomUUID().toString();
            connections.put(flow.connect(ACME, UUID.randomUUID().toString(), credential), credential);
        }
        return connections;
    }

    private int rotate() throws Exception {
        int newest = new KeysetFile(keysetFile).rotate();
        // The cipher reloads the keyset at most once a second.
        Awaitility.await().until(() -> await(cipher.isNewest(ANY, "local", newest)));
        return newest;
    }

    private long countWithOlderKeyThan(int newest) {
        return flow.count("select count(*) from credential where key_version <> $1", newest)
                + flow.count("select count(*) from state_key where key_version <> $1", newest);
    }

    private SealedValue find(UUID connection) {
        return await(statements.groups(SealedTable.CREDENTIAL)).stream()
                .flatMap(group -> await(statements.next(group, "", 1_000_000)).stream())
                .filter(value -> value.id().equals(connection.toString()))
                .findFirst()
                .orElseThrow();
    }

    private Resealed resealed(SealedValue value, String plaintext) {
        ToSeal item = new ToSeal(value.binding(), Secret.of(plaintext.getBytes(UTF_8)));
        Sealed result = (Sealed) await(cipher.seal(List.of(item))).get(0);
        return new Resealed(value, result.ciphertext());
    }

    @Test
    @Promise(12)
    void after_a_rotation_each_value_is_encrypted_with_the_newest_key_and_readable() throws Exception {
        Map<UUID, String> connections = connect(25);
        int newest = rotate();

        await(reseal.run());

        assertThat(countWithOlderKeyThan(newest)).isZero();
        connections.forEach((id, credential) -> assertThat(flow.read(ACME, id)).contains(credential));
        assertThat(meters.get("nexus.reseal.left").gauge().value()).isZero();
        assertThat(flow.begin(ACME, "after").state()).isNotEmpty();
    }

    @Test
    @Promise(12)
    void the_number_of_many_values_is_an_estimate_for_which_few_rows_are_read() {
        connect(3);
        flow.sql("analyze credential");
        SealedGroup group = await(statements.groups(SealedTable.CREDENTIAL)).get(0);

        assertThat(await(statements.count(group, 1_000))).isEqualTo(3);
        assertThat(await(statements.count(group, 2))).isEqualTo(3);
        flow.sql("delete from credential");
        assertThat(await(statements.count(group, 2))).isZero();
    }

    @Test
    void the_progress_is_above_zero_until_the_job_ends_even_if_the_estimate_was_too_low() {
        progress.begin(10);

        progress.step(25, 25, 0);

        assertThat(meters.get("nexus.reseal.left").gauge().value()).isPositive();
        progress.end();
        assertThat(meters.get("nexus.reseal.left").gauge().value()).isZero();
    }

    @Test
    void a_webhook_secret_is_encrypted_with_the_newest_key_and_readable() throws Exception {
        UUID endpoint = UUID.randomUUID();
        UUID id = UUID.randomUUID();
        WebhookSecretBinding binding = new WebhookSecretBinding("acme", endpoint, id);
        Secret secret = Secret.of("secret".getBytes(UTF_8));
        Sealed sealed = (Sealed)
                await(cipher.seal(List.of(new ToSeal(binding, secret)))).get(0);
        flow.sql("insert into webhook_endpoint (id, tenant, url) values ($1, $2, '')", endpoint, "tenant-" + endpoint);
        flow.sql(
                "insert into webhook_secret (id, endpoint_id, tenant, cipher, key_version, sealed)"
                        + " values ($1, $2, 'acme', $3, $4, $5)",
                id,
                endpoint,
                sealed.ciphertext().cipher(),
                sealed.ciphertext().keyVersion(),
                sealed.ciphertext().bytes());
        int newest = rotate();

        await(reseal.run());

        Row row = flow.sql("select key_version, sealed from webhook_secret where id = $1", id)
                .iterator()
                .next();
        Ciphertext now =
                new Ciphertext("local", row.getInteger(0), row.getBuffer(1).getDelegate());
        assertThat(now.keyVersion()).isEqualTo(newest);
        assertThat(await(cipher.open(List.of(new ToOpen(binding, now)))).get(0)).isEqualTo(new Opened(secret));
        flow.sql("delete from webhook_endpoint where id = $1", endpoint);
    }

    @Test
    void a_run_without_old_values_changes_nothing() throws Exception {
        UUID connection = connect(1).keySet().iterator().next();
        rotate();
        await(reseal.run());
        SealedValue before = find(connection);

        await(reseal.run());

        assertThat(find(connection)).isEqualTo(before);
    }

    @Test
    void a_row_that_changes_during_the_run_keeps_its_new_value() {
        UUID connection = connect(1).keySet().iterator().next();
        SealedValue read = find(connection);
        Resealed late = resealed(read, "{\"api_key\":\"late\"}");
        Resealed newer = resealed(read, "{\"api_key\":\"newer\"}");

        int first = await(statements.replace(SealedTable.CREDENTIAL, List.of(newer)));
        int second = await(statements.replace(SealedTable.CREDENTIAL, List.of(late)));

        assertThat(List.of(first, second)).containsExactly(1, 0);
        assertThat(flow.read(ACME, connection)).contains("newer");
    }

    @Test
    void a_destroyed_row_stays_destroyed() {
        UUID connection = connect(1).keySet().iterator().next();
        Resealed late = resealed(find(connection), "{}");
        flow.revoke(ACME, connection);

        int replaced = await(statements.replace(SealedTable.CREDENTIAL, List.of(late)));

        assertThat(replaced).isZero();
        assertThat(flow.count("select count(*) from credential where connection_id = $1", connection))
                .isZero();
    }

    @Test
    void a_value_that_is_not_decryptable_is_kept_and_does_not_stop_the_run() throws Exception {
        UUID damaged = connect(1).keySet().iterator().next();
        flow.sql("update credential set ciphertext = '\\x00' where connection_id = $1", damaged);
        connect(5);
        int newest = rotate();

        await(reseal.run());

        assertThat(countWithOlderKeyThan(newest)).isEqualTo(1);
        assertThat(meters.get("nexus.reseal.left").gauge().value()).isEqualTo(1);
        flow.sql("delete from credential where connection_id = $1", damaged);
    }

    @Test
    void only_one_replica_runs_and_the_lease_of_a_crashed_replica_expires() throws Exception {
        connect(1);
        int newest = rotate();
        assertThat(await(statements.acquireLease("another replica", LEASE))).isTrue();

        await(reseal.run());

        assertThat(countWithOlderKeyThan(newest)).isPositive();
        assertThat(await(statements.acquireLease("a third", LEASE))).isFalse();
        flow.sql("update job_lease set held_until = clock_timestamp()");
        await(reseal.run());
        assertThat(countWithOlderKeyThan(newest)).isZero();
    }

    @Test
    void a_group_larger_than_one_batch_is_processed_completely() throws Exception {
        connect(230);
        int newest = rotate();

        await(reseal.run());

        assertThat(countWithOlderKeyThan(newest)).isZero();
    }

    /** The job with a separate rate, cipher and time limit of a batch. */
    private Reseal resealing(int perSecond, CredentialCipher over, Duration stepLimit) {
        return new Reseal(statements, over, () -> perSecond, progress, unreadable, stepLimit);
    }

    /** Delegates to the cipher of the application, except that {@code opens} replaces {@link #open}. */
    private final class WatchedCipher implements CredentialCipher {
        private final Function<List<ToOpen>, Uni<List<OpenResult>>> opens;

        WatchedCipher(Function<List<ToOpen>, Uni<List<OpenResult>>> opens) {
            this.opens = opens;
        }

        @Override
        public boolean knows(String name) {
            return cipher.knows(name);
        }

        @Override
        public Uni<List<SealResult>> seal(List<ToSeal> items) {
            return cipher.seal(items);
        }

        @Override
        public Uni<List<OpenResult>> open(List<ToOpen> items) {
            return opens.apply(items);
        }

        @Override
        public Uni<Boolean> isNewest(CipherBinding binding, String name, int keyVersion) {
            return cipher.isNewest(binding, name, keyVersion);
        }
    }

    @Test
    void a_batch_at_the_highest_rate_leaves_most_of_the_vault_queue_to_requests() throws Exception {
        connect(Reseal.MAX_BATCH + 44);
        int newest = rotate();
        List<Integer> steps = new CopyOnWriteArrayList<>();
        CredentialCipher counting = new WatchedCipher(items -> {
            steps.add(items.size());
            return cipher.open(items);
        });

        await(resealing(10_000, counting, LEASE).run());

        assertThat(countWithOlderKeyThan(newest)).isZero();
        assertThat(steps).contains(Reseal.MAX_BATCH).allMatch(values -> values <= 256);
    }

    @Test
    void the_configured_rate_is_not_exceeded() throws Exception {
        connect(20);
        int newest = rotate();
        long start = System.nanoTime();

        await(resealing(40, cipher, LEASE).run());

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(500));
        assertThat(countWithOlderKeyThan(newest)).isZero();
    }

    @Test
    void a_batch_that_times_out_ends_the_run_and_releases_the_lease() throws Exception {
        connect(1);
        int newest = rotate();
        CredentialCipher silent = new WatchedCipher(items -> Uni.createFrom().nothing());

        assertThatThrownBy(() ->
                        await(resealing(500, silent, Duration.ofMillis(200)).run()))
                .isInstanceOf(TimeoutException.class);

        assertThat(countWithOlderKeyThan(newest)).isPositive();
        await(reseal.run());
        assertThat(countWithOlderKeyThan(newest)).isZero();
    }
}
