package dev.nexus.e2e.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.testsupport.Promise;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Concurrent captures: fifty submits of one state, and the captures of fifty connections in one workspace. */
@ExtendWith(NexusExtension.class)
public class ConcurrentCaptureIT {

    private final Backend acme = NexusExtension.acme();

    private static <T> List<T> runConcurrently(List<Callable<T>> calls)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<T> answers = new ArrayList<>();
            for (Future<T> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @Promise(8)
    void fifty_concurrent_submits_of_one_state_store_one_value() throws Exception {
        Begun begun = acme.begin(Backend.workspace());

        List<Integer> statuses = runConcurrently(IntStream.range(0, 50)
                .<Callable<Integer>>mapToObj(i -> () -> acme.captureWithRetries(begun.state(), "key-" + i))
                .toList());

        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(49);
        Response token = acme.token(begun.id());
        assertThat(token.<String>path("credentials.api_key")).isEqualTo("key-" + statuses.indexOf(200));
    }

    @Test
    void fifty_concurrent_captures_leave_one_active_connection_at_the_end_of_a_chain() throws Exception {
        String workspace = Backend.workspace();
        List<Begun> begun =
                IntStream.range(0, 50).mapToObj(i -> acme.begin(workspace)).toList();

        List<Integer> statuses = runConcurrently(begun.stream()
                .<Callable<Integer>>map(one -> () -> acme.captureWithRetries(one.state(), "k"))
                .toList());

        assertThat(statuses).containsOnly(200);
        Response active = acme.request()
                .queryParam("workspace_id", workspace)
                .queryParam("status", "active")
                .get("/v1/connections");
        assertThat(active.<List<String>>path("connections.connection_id")).hasSize(1);
        assertThat(chainTo(active.path("connections[0].connection_id"), begun)).hasSize(50);
    }

    /** Returns {@code last} and the connections whose successors lead to it. */
    private Set<String> chainTo(String last, List<Begun> begun) {
        Set<String> chain = new HashSet<>();
        for (Begun one : begun) {
            List<String> path = new ArrayList<>();
            for (String id = one.id(); id != null; id = acme.check(id).path("replaced_by")) {
                path.add(id);
                if (id.equals(last) || chain.contains(id)) {
                    chain.addAll(path);
                    break;
                }
            }
        }
        return chain;
    }
}
