package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.Load.Answer;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.launcher.ServiceProcess;
import dev.nexus.testsupport.Promise;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Replaces replicas one by one under load, without a failed request. */
@NeedsOnPath("haproxy")
@Tag("soak")
@Isolated("No request at 200 per second may fail.")
class RollingRestartIT {

    private static final int PER_SECOND = 200;
    private static final int ROLLOUTS = 3;

    /** So many requests show that a replica serves a part of the load, and not only health checks. */
    private static final int SHARE = 3 * PER_SECOND;

    /** Without a pause, the test client would use more CPU than the services. */
    private static final Duration BETWEEN_CAPTURES = Duration.ofMillis(100);

    @Test
    @Promise(10)
    void no_request_fails_during_rollouts_at_two_hundred_requests_per_second() throws Exception {
        try (Replicas replicas = Replicas.start("rolling", Map.of())) {
            Backend acme = replicas.backend(0);
            try (Load load = new Load(readsAndWrites(acme), PER_SECOND)) {
                Replicas.awaitWarm(load, PER_SECOND);
                awaitShareOfEachReplica(replicas);
                long warm = System.nanoTime();
                AtomicBoolean done = new AtomicBoolean();
                CompletableFuture<Integer> captures = CompletableFuture.supplyAsync(() -> captureUntil(done, acme));

                List<Answer> brokers;
                List<Answer> gateways;
                try {
                    brokers = failedWhileRolling(load, replicas.brokers());
                    gateways = failedWhileRolling(load, replicas.gateways());
                } finally {
                    done.set(true);
                }
                List<Answer> answers = load.sentSince(warm);

                System.out.printf(
                        "Rolling restart at %d rps, %d rollouts of two replicas each: %d answers, %d failed with the"
                                + " Brokers, %d with the Gateways, slowest %d ms; %d captures, none failed: %b%n",
                        PER_SECOND,
                        ROLLOUTS,
                        answers.size(),
                        brokers.size(),
                        gateways.size(),
                        answers.stream().mapToLong(Answer::millis).max().orElse(0),
                        captures.handle((count, failure) -> count == null ? -1 : count)
                                .join(),
                        !captures.isCompletedExceptionally());
                assertThat(answers).hasSizeGreaterThan(60 * PER_SECOND);
                assertThat(answers.stream().filter(RollingRestartIT::failed).map(RollingRestartIT::describe))
                        .isEmpty();
                assertThat(captures.get()).isGreaterThan(100);
            }
        }
    }

    /** Begins, captures and reads connections until {@code done} or a failure, and returns their number. */
    private static int captureUntil(AtomicBoolean done, Backend acme) {
        int captures = 0;
        while (!done.get()) {
            String id = acme.connect(Backend.workspace(), "k");
            acme.token(id).then().statusCode(200);
            captures++;
            LockSupport.parkNanos(BETWEEN_CAPTURES.toNanos());
        }
        return captures;
    }

    private static List<Answer> failedWhileRolling(Load load, List<ServiceProcess> replicas) throws Exception {
        long from = System.nanoTime();
        for (int i = 0; i < ROLLOUTS; i++) {
            Replicas.restartOneByOne(replicas);
        }
        return load.sentSince(from).stream().filter(RollingRestartIT::failed).toList();
    }

    /**
     * Waits until each replica serves a part of the requests. Otherwise, its restart would prove nothing.
     *
     * <p>Both Gateways can use the same Broker as long as their connections last (a minute).
     */
    private static void awaitShareOfEachReplica(Replicas replicas) {
        Map<ServiceProcess, Long> before = Stream.of(replicas.brokers(), replicas.gateways())
                .flatMap(List::stream)
                .collect(Collectors.toMap(replica -> replica, Replicas::answeredRequests));
        await().atMost(Duration.ofMinutes(3))
                .until(() -> before.entrySet().stream()
                        .allMatch(replica -> Replicas.answeredRequests(replica.getKey()) - replica.getValue() > SHARE));
    }

    private static boolean failed(Answer answer) {
        return answer.status() != 200;
    }

    private static String describe(Answer failed) {
        return failed.status() + " after " + failed.millis() + " ms: " + failed.body();
    }

    static List<HttpRequest> readsAndWrites(Backend acme) {
        String id = acme.connect(Backend.workspace(), "k");
        Begun pending = acme.begin(Backend.workspace());
        return List.of(
                Load.get(acme, "/v1/token/" + id),
                Load.get(acme, "/v1/check-connection/" + id),
                Load.get(acme, "/v1/capture-schema?state=" + pending.state()),
                Load.get(acme, "/v1/connections?limit=1"),
                Load.post(
                        acme,
                        "/v1/request-connection",
                        "{\"workspace_id\":\"w\",\"provider_id\":\"api-key\",\"return_url\":\"" + Backend.RETURN_URL
                                + "\"}"));
    }
}
