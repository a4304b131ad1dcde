package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.Load.Answer;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RouteLoad;
import dev.nexus.launcher.Nexus;
import dev.nexus.testsupport.Promise;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Real outages: PostgreSQL is stopped under load, and the Broker is killed, also during captures. */
@Isolated("Responses have a limit of 2.5 seconds.")
class FaultsIT {

    private static final int PER_SECOND = 100;

    @Test
    @Promise(1)
    void requests_get_503_during_a_database_outage_of_ten_seconds_and_succeed_after_it() throws Exception {
        databaseStopped(Duration.ofSeconds(10));
    }

    @Test
    @Tag("soak")
    @Promise(1)
    void requests_get_503_during_a_database_outage_of_thirty_seconds_and_succeed_after_it() throws Exception {
        databaseStopped(Duration.ofSeconds(30));
    }

    private static void databaseStopped(Duration outage) throws Exception {
        try (Nexus nexus = NexusExtension.start("database-stopped", RouteLoad.HIGH_AUTH_RATE)) {
            Backend acme = NexusExtension.backend(nexus, 0);
            List<HttpRequest> routes = RouteLoad.requestsToManyRoutes(acme);
            try (Load load = new Load(routes, PER_SECOND)) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> RouteLoad.allAnswered(load, PER_SECOND, Duration.ofSeconds(2)));

                nexus.database().stop();
                long stopped = System.nanoTime();
                TimeUnit.NANOSECONDS.sleep(outage.toNanos());
                List<Answer> during = load.sentSince(stopped);
                nexus.database().restart();
                long back = System.nanoTime();

                assertThat(during).hasSizeGreaterThan((int) outage.toSeconds() * PER_SECOND / 2);
                assertThat(during).allSatisfy(answer -> {
                    assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                    assertThat(answer.retryAfter()).isTrue();
                    assertThat(answer.millis()).isLessThanOrEqualTo(2_500);
                });
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> RouteLoad.allAnswered(load, PER_SECOND, Duration.ofSeconds(1)));
                System.out.printf(
                        "PostgreSQL stopped %d s at %d rps: %d answers, all 503 with Retry-After, slowest %d ms;"
                                + " the first second without a failure ended %d ms after the restart%n",
                        outage.toSeconds(),
                        PER_SECOND,
                        during.size(),
                        during.stream().mapToLong(Answer::millis).max().orElse(0),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back));
            }
        }
    }

    @Test
    void requests_get_503_while_the_broker_is_stopped_and_succeed_after_its_restart() throws Exception {
        try (Nexus nexus = NexusExtension.start("broker-stopped", Map.of())) {
            Backend acme = NexusExtension.backend(nexus, 0);
            String id = acme.connect(Backend.workspace(), "k");

            nexus.broker().kill();
            acme.check(id).then().statusCode(503);
            assertThat(acme.token(id).header("Retry-After")).isNotNull();
            nexus.broker().restart();
            nexus.broker().awaitReady();
            acme.awaitAnswer(id);

            acme.token(id).then().statusCode(200);
        }
    }

    @Test
    @Promise(7)
    void five_kills_during_captures_leave_no_partial_connection() throws Exception {
        killedMidCapture(5);
    }

    @Test
    @Tag("soak")
    @Promise(7)
    void a_hundred_kills_during_captures_leave_no_partial_connection() throws Exception {
        killedMidCapture(100);
    }

    private static void killedMidCapture(int kills) throws Exception {
        try (Nexus nexus = NexusExtension.start("killed", Map.of("nexus.state.ttl", "PT2H"))) {
            Backend acme = NexusExtension.backend(nexus, 0);
            List<Begun> all = new ArrayList<>();
            for (int kill = 0; kill < kills; kill++) {
                List<Begun> begun = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    begun.add(acme.begin(Backend.workspace()));
                }
                captureAllAndKill(nexus, acme, begun);
                all.addAll(begun);
                nexus.broker().restart();
                nexus.broker().awaitReady();
                acme.awaitAnswer(begun.get(0).id());
            }

            int active = 0;
            for (Begun one : all) {
                String status = acme.check(one.id()).path("status");
                assertThat(status).isIn("active", "pending");
                if (status.equals("active")) {
                    active++;
                    assertThat(acme.token(one.id()).<String>path("credentials.api_key"))
                            .isEqualTo(one.id());
                } else {
                    acme.captureKey(one.state(), one.id()).then().statusCode(200);
                }
            }
            assertThat(NexusExtension.rows(nexus, """
                            select c.id, count(distinct k.connection_id), count(distinct a.id) from connection c
                            left join credential k on k.connection_id = c.id
                            left join audit_event a on a.connection_id = c.id and a.action = 'connection.activated'
                            group by c.id having count(distinct k.connection_id) <> 1 or count(distinct a.id) <> 1
                            """)).isEmpty();
            System.out.printf(
                    "Killed %d times in the middle of %d captures: %d active, the rest pending with a valid state%n",
                    kills, all.size(), active);
        }
    }

    private static void captureAllAndKill(Nexus nexus, Backend acme, List<Begun> begun)
            throws IOException, InterruptedException {
        AtomicInteger answered = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (Begun one : begun) {
            threads.execute(() -> {
                // The kill interrupts some requests: check-connection shows afterwards whether the capture was
                // stored.
                int status = acme.captureKey(one.state(), one.id()).statusCode();
                assertThat(status).isIn(200, 503);
                answered.incrementAndGet();
            });
        }
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> answered.get() >= 5);
        nexus.broker().kill();
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(answered.get()).isEqualTo(begun.size());
    }
}
