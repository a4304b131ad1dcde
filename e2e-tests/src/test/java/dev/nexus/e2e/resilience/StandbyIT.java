package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.InstalledPostgres;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RouteLoad;
import dev.nexus.launcher.Nexus;
import dev.nexus.testsupport.Promise;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A failover between two servers that {@code quarkus.datasource.reactive.url} lists, with synchronous replication. The
 * primary crashes during captures, and the standby is promoted.
 */
@ExtendWith(InstalledPostgres.Needed.class)
@Tag("soak")
@Isolated("The recovery has a limit of ten seconds.")
class StandbyIT {

    private static final int PER_SECOND = 10;
    private static final int CAPTURES = 400;
    private static final int CAPTURES_PER_SECOND = 20;

    @Test
    @Promise(6)
    void broker_follows_the_promotion_and_no_acknowledged_capture_is_lost() throws Exception {
        Path folder = NexusExtension.emptyFolder("standby-database");
        try (InstalledPostgres primary = InstalledPostgres.start(folder.resolve("primary"));
                InstalledPostgres standby = primary.standby(folder.resolve("standby"));
                Nexus nexus = NexusExtension.start("standby", settings(standby, primary))) {
            primary.replicateSynchronously();
            Backend acme = NexusExtension.backend(nexus, 0);
            DroppedPacketsIT.awaitWarm(acme);
            assertThat(sessions(primary)).isPositive();
            List<Begun> begun = new ArrayList<>();
            for (int i = 0; i < CAPTURES; i++) {
                begun.add(acme.begin(Backend.workspace()));
            }
            Queue<Begun> acknowledged = new ConcurrentLinkedQueue<>();
            try (Load load = new Load(RouteLoad.requestsToManyRoutes(acme), PER_SECOND)) {
                DroppedPacketsIT.awaitHealthy(load);
                ScheduledExecutorService capturing = capture(acme, begun, acknowledged);
                await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged.size() >= 40);

                primary.crash();
                long promoting = System.nanoTime();
                standby.promote();

                int before = acknowledged.size();
                DroppedPacketsIT.report("Failover to the second server of the list", load, promoting);
                await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged.size() > before);
                capturing.shutdown();
                assertThat(capturing.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            }
            for (Begun one : acknowledged) {
                assertThat(acme.check(one.id()).<String>path("status")).isEqualTo("active");
                assertThat(acme.token(one.id()).<String>path("credentials.api_key"))
                        .isEqualTo(one.id());
            }
            System.out.printf(
                    "Failover with synchronous replication: %d captures acknowledged, all active with their own"
                            + " credential%n",
                    acknowledged.size());
            assertThat(Files.readString(nexus.broker().log())).contains("is in recovery");
        }
    }

    private static ScheduledExecutorService capture(Backend acme, List<Begun> begun, Queue<Begun> acknowledged) {
        Queue<Begun> left = new ConcurrentLinkedQueue<>(begun);
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(4);
        Future<?> unused = threads.scheduleAtFixedRate(
                () -> threads.execute(() -> {
                    Begun one = left.poll();
                    if (one != null && acme.captureKey(one.state(), one.id()).statusCode() == 200) {
                        acknowledged.add(one);
                    }
                }),
                0,
                1_000 / CAPTURES_PER_SECOND,
                TimeUnit.MILLISECONDS);
        return threads;
    }

    /** The standby is the first server of the list, so that the Broker must find the primary. */
    private static Map<String, String> settings(InstalledPostgres standby, InstalledPostgres primary) {
        Map<String, String> settings = new HashMap<>(RouteLoad.HIGH_AUTH_RATE);
        settings.putAll(primary.settings());
        settings.put(
                "quarkus.datasource.reactive.url",
                standby.reactiveUrl("127.0.0.1") + "," + primary.reactiveUrl("127.0.0.1"));
        // No check of the schema: it fails if its first connection leads to the standby.
        settings.put("quarkus.hibernate-orm.schema-management.strategy", "none");
        return settings;
    }

    private static int sessions(InstalledPostgres server) throws Exception {
        return Integer.parseInt(server.query(
                "postgres", "select count(*) from pg_stat_activity where application_name = 'nexus-broker'"));
    }
}
