package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Concurrent submits of the same state, repeated for many states. */
final class DoubleSubmit {

    private DoubleSubmit() {}

    static void assertOneSucceeds(Backend backend, int states, int threads) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (int state = 0; state < states; state++) {
                Begun begun = backend.begin(Backend.workspace());
                List<Callable<Integer>> submits = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    String key = "key-" + i;
                    submits.add(() -> backend.captureWithRetries(begun.state(), key));
                }
                List<Integer> statuses = new ArrayList<>();
                for (Future<Integer> answer : executor.invokeAll(submits)) {
                    statuses.add(answer.get());
                }
                assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
                assertThat(statuses).filteredOn(status -> status == 409).hasSize(threads - 1);
                assertThat(backend.token(begun.id()).<String>path("credentials.api_key"))
                        .isEqualTo("key-" + statuses.indexOf(200));
            }
            System.out.printf(
                    "Double submit over Vault: %d states, %d submits each: 1 success and %d times 409 for"
                            + " each, the winner's value stored%n",
                    states, threads, threads - 1);
        } finally {
            executor.shutdownNow();
        }
    }
}
