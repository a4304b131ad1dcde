package dev.nexus.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.Backend.Begun;
import dev.nexus.e2e.Load.Answer;
import dev.nexus.launcher.ServiceProcess;
import dev.nexus.testing.NeedsOnPath;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Replicas are replaced one by one under load, and no caller notices. */
@NeedsOnPath("haproxy")
@Tag("soak")
class RollingRestartIT {

    private static final int PER_SECOND = 200;
    private static final int ROLLOUTS = 3;

    @Test
    void three_rollouts_of_each_service_at_two_hundred_requests_a_second_fail_no_request() throws Exception {
        try (Replicas replicas = Replicas.start("rolling", Map.of())) {
            Backend acme = replicas.backend(0);
            try (Load load = new Load(everyVerb(acme), PER_SECOND)) {
                Replicas.awaitWarm(load, PER_SECOND);
                long warm = System.nanoTime();

                int brokers = failuresOfRollouts(load, replicas.brokers());
                int gateways = failuresOfRollouts(load, replicas.gateways());

                List<Answer> answers = load.sentSince(warm);
                System.out.printf(
                        "Rolling restart at %d rps, %d rollouts of two replicas each: %d answers, %d failed with the"
                                + " Brokers, %d with the Gateways, slowest %d ms%n",
                        PER_SECOND,
                        ROLLOUTS,
                        answers.size(),
                        brokers,
                        gateways,
                        answers.stream().mapToLong(Answer::millis).max().orElse(0));
                assertThat(answers).hasSizeGreaterThan(10 * PER_SECOND);
                assertThat(answers.stream().filter(RollingRestartIT::failed)).isEmpty();
            }
        }
    }

    private static int failuresOfRollouts(Load load, List<ServiceProcess> replicas) throws Exception {
        long from = System.nanoTime();
        for (int i = 0; i < ROLLOUTS; i++) {
            Replicas.restartOneByOne(replicas);
        }
        return (int)
                load.sentSince(from).stream().filter(RollingRestartIT::failed).count();
    }

    private static boolean failed(Answer answer) {
        return answer.status() != 200;
    }

    static List<HttpRequest> everyVerb(Backend acme) {
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
