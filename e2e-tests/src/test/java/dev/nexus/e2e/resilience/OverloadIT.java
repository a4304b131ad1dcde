package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.DelayedLink;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.Load.Answer;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.FreePorts;
import dev.nexus.launcher.Nexus;
import dev.nexus.testsupport.Promise;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Load above the capacity. Each answer of PostgreSQL takes 20 ms longer, and the Broker has few connections. This
 * limits the capacity, so that the ratios do not depend on the CPU of the machine.
 */
@Tag("soak")
@Isolated("Rejections have a limit of 100 ms.")
class OverloadIT {

    private static final Duration DISTANCE = Duration.ofMillis(20);

    /** Three turns on the database, of which one tenant can use two. */
    private static final int POOL = 6;

    private static final Duration PERIOD = Duration.ofSeconds(15);

    /** One of these must succeed. A pause of the machine can spoil the times of one measurement, but a defect spoils all. */
    private static final int MEASUREMENTS = 3;

    /** More than the turns on the database, so that the capacity is used up, and so few that almost none is rejected. */
    private static final int CALLERS_AT_CAPACITY = 8;

    /** A pause of the machine makes the expected wait long for a moment. */
    private static final double MAX_REFUSED_AT_CAPACITY = 0.1;

    /** The least p99 during an overload that counts as slow. A pause of the machine can cause a smaller one. */
    private static final long SLOW_MILLIS = 250;

    private static DelayedLink link;
    private static Nexus nexus;
    private static Backend busy;
    private static Backend calm;
    private static List<HttpRequest> calmRequests;
    private static int capacity;

    @BeforeAll
    static void start() throws Exception {
        int databasePort = FreePorts.any();
        link = DelayedLink.to(databasePort, DISTANCE);
        nexus = Nexus.start(new Nexus.Plan(
                Artifacts.around(Path.of("")),
                NexusExtension.emptyFolder("overload"),
                0,
                0,
                databasePort,
                Map.of(
                        "quarkus.datasource.reactive.url",
                        "postgresql://127.0.0.1:" + link.port() + "/postgres",
                        "quarkus.datasource.reactive.max-size",
                        String.valueOf(POOL)),
                NexusExtension.JVM_OPTIONS,
                List.of(Nexus.keySpec("acme", "all"), Nexus.keySpec("globex", "all")),
                progress -> {}));
        busy = NexusExtension.backend(nexus, 0);
        calm = NexusExtension.backend(nexus, 1);
        DroppedPacketsIT.awaitWarm(busy);
        String id = calm.connect(Backend.workspace(), "k");
        calmRequests = List.of(
                requestConnection(calm),
                Load.get(calm, "/v1/token/" + id),
                Load.get(calm, "/v1/check-connection/" + id));
        answersPerSecond(Duration.ofSeconds(5));
        capacity = answersPerSecond(Duration.ofSeconds(5));
    }

    @AfterAll
    static void stop() {
        nexus.close();
        link.close();
    }

    private static HttpRequest requestConnection(Backend tenant) {
        return Load.post(
                tenant,
                "/v1/request-connection",
                "{\"workspace_id\":\"w\",\"provider_id\":\"api-key\",\"return_url\":\"" + Backend.RETURN_URL + "\"}");
    }

    /** Returns the highest rate of successes: each caller sends its next request after the answer. */
    private static int answersPerSecond(Duration period) throws InterruptedException {
        AtomicInteger answered = new AtomicInteger();
        List<Integer> refused = new ArrayList<>();
        long end = System.nanoTime() + period.toNanos();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS_AT_CAPACITY);
        for (int i = 0; i < CALLERS_AT_CAPACITY; i++) {
            callers.execute(() -> {
                while (System.nanoTime() < end) {
                    int status = busy.request(Backend.workspace(), "api-key", Backend.RETURN_URL)
                            .statusCode();
                    if (status == 200) {
                        answered.incrementAndGet();
                    } else {
                        synchronized (refused) {
                            refused.add(status);
                        }
                        // The value of Retry-After.
                        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                    }
                }
            });
        }
        callers.shutdown();
        assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused).allMatch(status -> status == 503);
        assertThat((double) refused.size()).isLessThanOrEqualTo(MAX_REFUSED_AT_CAPACITY * answered.get());
        return (int) (answered.get() / period.toSeconds());
    }

    private static boolean succeeded(Answer answer) {
        return answer.status() == 200;
    }

    private static long p99(List<Answer> answers) {
        return answers.stream()
                .mapToLong(Answer::millis)
                .sorted()
                .skip(answers.size() * 99L / 100)
                .findFirst()
                .orElseThrow();
    }

    /** Sends the load of the calm tenant for a period. Returns its answers. */
    private static List<Answer> calmPeriod() throws InterruptedException {
        long began = System.nanoTime();
        Load load = new Load(calmRequests, Math.max(1, capacity / 10));
        try (load) {
            TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
        }
        List<Answer> answers = load.sentSince(began);
        assertThat(answers).hasSizeGreaterThan((int) (PERIOD.toSeconds() * capacity / 10) / 2);
        return answers;
    }

    @Test
    @Promise({15, 16})
    void tenant_at_five_times_the_capacity_does_not_slow_down_another() throws Exception {
        for (int measurement = 1; ; measurement++) {
            try {
                measureOverload();
                return;
            } catch (AssertionError failure) {
                if (measurement == MEASUREMENTS) {
                    throw failure;
                }
                System.out.println("Measured again, because: " + failure.getMessage());
            }
        }
    }

    private static void measureOverload() throws Exception {
        List<Answer> idle = calmPeriod();
        assertThat(idle).allMatch(OverloadIT::succeeded);

        List<Answer> beside;
        long since;
        Load load = new Load(List.of(requestConnection(busy)), 5 * capacity);
        try (load) {
            TimeUnit.SECONDS.sleep(2);
            since = System.nanoTime();
            beside = calmPeriod();
        }
        List<Answer> excess = load.sentSince(since).stream()
                .filter(answer -> answer.sentAt() < since + PERIOD.toNanos())
                .toList();

        List<Answer> rejected =
                excess.stream().filter(answer -> !succeeded(answer)).toList();
        double goodput = (excess.size() - rejected.size()) / (double) PERIOD.toSeconds();
        double success = beside.stream().filter(OverloadIT::succeeded).count() / (double) beside.size();
        System.out.printf(
                "Overload: capacity %d/s, %d requests of the busy tenant in %d s, goodput %.0f/s (%.0f %%), p99 of %d"
                        + " rejections %d ms; calm tenant: %d requests, %.1f %% succeeded, p99 %d ms, idle p99 %d ms%n",
                capacity,
                excess.size(),
                PERIOD.toSeconds(),
                goodput,
                100 * goodput / capacity,
                rejected.size(),
                p99(rejected),
                beside.size(),
                100 * success,
                p99(beside),
                p99(idle));
        assertThat((double) excess.size()).isGreaterThan(4.0 * capacity * PERIOD.toSeconds());
        assertThat(rejected).hasSizeGreaterThan(excess.size() / 2).allSatisfy(answer -> {
            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            assertThat(answer.retryAfter()).isTrue();
        });
        assertThat(goodput).isGreaterThanOrEqualTo(0.8 * capacity);
        assertThat(p99(rejected)).isLessThanOrEqualTo(100);
        assertThat(success).isGreaterThanOrEqualTo(0.95);
        assertThat(p99(beside)).isLessThanOrEqualTo(Math.max(3 * p99(idle), SLOW_MILLIS));
    }
}
