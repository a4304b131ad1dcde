package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.InstalledPostgres;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.Load.Answer;
import dev.nexus.e2e.support.LossyRouter;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.Replica;
import dev.nexus.e2e.support.RouteLoad;
import dev.nexus.launcher.DevAuthority;
import dev.nexus.launcher.DevAuthority.Use;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.MintedKey;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import dev.nexus.testsupport.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** A network that silently drops packets between Broker and PostgreSQL, or between Gateway and Broker. */
@ExtendWith({InstalledPostgres.Needed.class, LossyRouter.Needed.class})
@Tag("soak")
@Isolated("The recovery has a limit of ten seconds.")
class DroppedPacketsIT {

    private static final int PER_SECOND = 10;
    /** Long enough that TCP's retransmission intervals exceed the recovery limit. */
    private static final Duration OUTAGE = Duration.ofSeconds(30);

    private static final Duration RECOVERY = Duration.ofSeconds(10);

    @Test
    @Promise(5)
    void the_broker_recovers_within_ten_seconds_when_the_database_is_reachable_again() throws Exception {
        try (LossyRouter router = LossyRouter.start();
                InstalledPostgres postgres = InstalledPostgres.start(
                        NexusExtension.emptyFolder("dropped-database").resolve("postgres"), router.serverAddress());
                Nexus nexus = NexusExtension.start("dropped-by-database", settings(router, postgres))) {
            Backend acme = NexusExtension.backend(nexus, 0);
            awaitWarm(acme);
            try (Load load = new Load(RouteLoad.requestsToManyRoutes(acme), PER_SECOND)) {
                awaitHealthy(load);

                router.dropOpenConnections();
                report("Broker to PostgreSQL, open connections dropped", load, System.nanoTime());
                router.forwardEverything();

                outage("Broker to PostgreSQL", load, router, OUTAGE);
            }
        }
    }

    @Test
    @Promise(5)
    void the_gateway_recovers_within_ten_seconds_when_the_broker_is_reachable_again() throws Exception {
        Map<String, String> settings = new HashMap<>(RouteLoad.HIGH_AUTH_RATE);
        settings.put("quarkus.http.host", "0.0.0.0");
        try (LossyRouter router = LossyRouter.start();
                Nexus nexus = NexusExtension.start("dropped-by-broker", settings)) {
            DevAuthority authority = nexus.certificates().authority();
            nexus.certificates()
                    .publish(
                            Service.BROKER,
                            authority.issue(Use.SERVER, "127.0.0.1", "localhost", router.address()),
                            authority);
            ServiceProcess gateway = Replica.start(
                    nexus,
                    Service.GATEWAY,
                    Map.of(
                            "nexus.gateway.broker-url",
                            "https://" + router.address() + ":" + nexus.broker().port()));
            gateway.awaitReady();
            MintedKey key = nexus.keys().get(0);
            Backend acme = new Backend("http://127.0.0.1:" + gateway.port(), key.key());
            awaitWarm(acme);
            try (Load load = new Load(RouteLoad.requestsToManyRoutes(acme), PER_SECOND)) {
                awaitHealthy(load);

                router.dropOpenConnections();
                report("Gateway to Broker, open connections dropped", load, System.nanoTime());
                router.forwardEverything();

                outage("Gateway to Broker", load, router, OUTAGE);
            }
        }
    }

    private static Map<String, String> settings(LossyRouter router, InstalledPostgres postgres) {
        Map<String, String> settings = new HashMap<>(RouteLoad.HIGH_AUTH_RATE);
        settings.putAll(postgres.settings());
        settings.put("quarkus.datasource.reactive.url", postgres.reactiveUrl(router.address()));
        return settings;
    }

    /** Waits until requests succeed: on a busy machine, the first ones can exceed the timeout. */
    static void awaitWarm(Backend acme) {
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() ->
                        assertThat(acme.connect(Backend.workspace(), "warm")).isNotEmpty());
    }

    static void awaitHealthy(Load load) {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> RouteLoad.allAnswered(load, PER_SECOND, Duration.ofSeconds(2)));
    }

    private static void outage(String hop, Load load, LossyRouter router, Duration length) throws Exception {
        awaitHealthy(load);
        router.dropEverything();
        long dropped = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
        List<Answer> during = load.sentSince(dropped);
        router.forwardEverything();
        long healed = System.nanoTime();

        assertThat(during).hasSizeGreaterThan((int) length.toSeconds() * PER_SECOND / 2);
        assertThat(during).allSatisfy(answer -> {
            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            assertThat(answer.retryAfter()).isTrue();
        });
        // The time-out of a capture is longer, because a capture can also wait for the provider.
        assertThat(during.stream().filter(answer -> answer.millis() > 2_500).toList())
                .hasSizeLessThanOrEqualTo(during.size() / 10);
        report(hop + ", all packets dropped for " + length.toSeconds() + " s", load, healed);
    }

    /** Prints the time until requests succeed again, and asserts that it is within the limit. */
    static void report(String fault, Load load, long since) {
        // Longer than the limit, so that a slower recovery is measured too.
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> RouteLoad.allAnswered(load, PER_SECOND, Duration.ofSeconds(1))
                        && System.nanoTime() - since > Duration.ofSeconds(1).toNanos());
        List<Answer> failed = load.sentSince(since).stream()
                .filter(answer -> answer.status() == 503 || answer.status() == 0)
                .toList();
        long recovery = failed.stream()
                .mapToLong(answer -> TimeUnit.NANOSECONDS.toMillis(answer.sentAt() - since))
                .max()
                .orElse(0);
        System.out.printf(
                "%s: %d answers failed, the last one sent %d ms after new connections worked%n",
                fault, failed.size(), recovery);
        assertThat(Duration.ofMillis(recovery)).as(fault).isLessThanOrEqualTo(RECOVERY);
    }
}
