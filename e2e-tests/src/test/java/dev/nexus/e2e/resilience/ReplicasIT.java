package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.BrokerCommand;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import dev.nexus.testsupport.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Background jobs on several replicas process each row once. */
@NeedsOnPath("haproxy")
@Tag("soak")
class ReplicasIT {

    /** A hundred batches: enough that the runs of both Brokers overlap. */
    private static final int SWEPT = 10_000;

    private static final int RESEALED = 60;
    private static final Duration ROTATE_EVERY = Duration.ofSeconds(6);
    private static final int ROTATIONS = 6;

    private static final String RE_ENCRYPTING = "values of older keys again";

    private static Replicas replicas;
    private static Backend acme;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>();
        settings.put("nexus.state.rotate-every", ROTATE_EVERY.toString());
        settings.put("nexus.reseal.per-second", "20");
        settings.put("nexus.gateway.broker-timeout", "PT5S");
        replicas = Replicas.start("replicas", settings);
        acme = replicas.backend(0);
    }

    @AfterAll
    static void end() {
        if (replicas != null) {
            replicas.close();
        }
    }

    private static Nexus nexus() {
        return replicas.nexus();
    }

    private static long count(String query) {
        return Long.parseLong(NexusExtension.rows(nexus(), query).get(0));
    }

    @Test
    void two_sweepers_expire_and_destroy_each_row_once() {
        acme.connect(Backend.workspace(), "k");
        NexusExtension.sql(nexus(), """
                with made as (
                    insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, status,
                                            created_at, expires_at, activated_at)
                    select gen_random_uuid(), 'swept', 'w-' || n, p.id, p.schema_version, 'https://your-app.com/',
                           case when n <= %1$d then 'pending' else 'active' end,
                           now() - interval '1 hour', now() - interval '50 minutes',
                           case when n > %1$d then now() - interval '55 minutes' end
                    from generate_series(1, 2 * %1$d) n, provider p where p.slug = 'api-key' and p.tenant is null
                    returning id, status
                ), events as (
                    insert into audit_event (tenant, at, action, outcome, connection_id, key_id, request_id)
                    select 'swept', now() - e.age, e.action, 'success', made.id, 'test', 'test'
                    from made cross join (values ('connection.requested', interval '60 minutes'),
                                                 ('connection.activated', interval '55 minutes'),
                                                 ('connection.superseded', interval '54 minutes')) e (action, age)
                    where made.status = 'active' or e.action = 'connection.requested'
                )
                insert into credential (connection_id, cipher, key_version, ciphertext, destroy_at)
                select id, k.cipher, k.key_version, '\\x00', now()
                from made cross join (select cipher, key_version from credential limit 1) k where status = 'active'
                """.formatted(SWEPT));

        await().atMost(Duration.ofMinutes(2)).until(() -> count("""
                select (select count(*) from connection where tenant = 'swept' and status = 'pending')
                     + (select count(*) from credential where destroy_at is not null)
                """) == 0);

        assertThat(NexusExtension.rows(
                        nexus(),
                        "select action, count(*), count(distinct connection_id) from audit_event"
                                + " where tenant = 'swept' and key_id = 'system' group by action order by action"))
                .containsExactly(
                        "connection.expired|" + SWEPT + "|" + SWEPT, "credential.destroyed|" + SWEPT + "|" + SWEPT);
        System.out.printf("Two sweepers: %d rows expired and %d destroyed, each once%n", SWEPT, SWEPT);
    }

    @Test
    void state_key_rotates_once_per_period_and_both_brokers_accept_each_state() throws Exception {
        long before = count("select count(*) from state_key");
        int flows = 0;
        while (count("select count(*) from state_key") < before + ROTATIONS) {
            Begun begun = acme.begin(Backend.workspace());
            acme.schema(begun.state()).then().statusCode(200);
            acme.captureKey(begun.state(), "k").then().statusCode(200);
            flows++;
            // Limits the number of values that the test of the re-seal job must wait for.
            TimeUnit.MILLISECONDS.sleep(200);
        }

        List<String> tooSoon = NexusExtension.rows(nexus(), """
                select kid from (
                    select kid, signs_from - lag(signs_from) over (order by signs_from) as since from state_key) k
                where since < interval '%d milliseconds'
                """.formatted(ROTATE_EVERY.toMillis()));
        assertThat(tooSoon).isEmpty();
        assertThat(count("select count(*) from state_key where verifies_until is null"))
                .isBetween(1L, 2L);
        assertThat(flows).isPositive();
        System.out.printf("Two Brokers: %d rotations of the state key, none too soon; %d flows%n", ROTATIONS, flows);
    }

    @Test
    @Promise(12)
    void other_broker_takes_over_from_a_killed_one_and_each_value_is_re_encrypted_once() throws Exception {
        Map<String, String> keys = new HashMap<>();
        for (int i = 0; i < RESEALED; i++) {
            keys.put(acme.connect(Backend.workspace(), "key-" + i), "key-" + i);
        }
        long values = count("select count(*) from credential");
        NexusExtension.sql(nexus(), """
                create table re_encrypted (connection_id uuid, at timestamptz default clock_timestamp());
                create function note_re_encrypted() returns trigger language plpgsql security definer as $$
                begin
                    insert into re_encrypted (connection_id) values (new.connection_id);
                    return new;
                end $$;
                create trigger note_re_encrypted after update on credential
                    for each row execute function note_re_encrypted();
                """);

        BrokerCommand.rotateLocalKeyset(nexus());
        await().atMost(Duration.ofSeconds(60)).until(() -> count("select count(*) from re_encrypted") >= 8);
        List<ServiceProcess> working =
                replicas.brokers().stream().filter(ReplicasIT::isReEncrypting).toList();
        assertThat(working).hasSize(1);
        ServiceProcess killed = working.get(0);
        ServiceProcess other = replicas.brokers().stream()
                .filter(broker -> !broker.equals(killed))
                .findFirst()
                .orElseThrow();
        killed.kill();
        long left = values - count("select count(*) from re_encrypted");
        await().atMost(Duration.ofMinutes(2)).until(() -> count("select count(*) from re_encrypted") >= values);

        assertThat(left).isPositive();
        assertThat(isReEncrypting(other)).isTrue();
        killed.restart();
        killed.awaitReady();
        await().atMost(Duration.ofSeconds(30)).until(() -> count("select count(*) from job_lease") == 0);
        assertThat(NexusExtension.rows(nexus(), "select count(*), count(distinct connection_id) from re_encrypted"))
                .containsExactly(values + "|" + values);
        assertThat(count("select count(distinct key_version) from credential")).isEqualTo(1);
        keys.forEach((id, key) -> acme.token(id).then().statusCode(200).body("credentials.api_key", equalTo(key)));
        System.out.printf(
                "Two Brokers: %d values re-encrypted, each once; %d were left when the working Broker was killed%n",
                values, left);
    }

    private static boolean isReEncrypting(ServiceProcess broker) {
        try {
            return Files.readString(broker.log()).contains(RE_ENCRYPTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
