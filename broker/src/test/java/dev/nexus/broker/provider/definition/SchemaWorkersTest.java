package dev.nexus.broker.provider.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemaWorkersTest {

    private final SchemaWorkers workers = new SchemaWorkers();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger started = new AtomicInteger();

    @AfterEach
    void stop() {
        release.countDown();
        workers.stop();
    }

    @Test
    void work_runs_on_a_worker_thread_and_its_failure_is_returned() {
        String thread = Flow.await(workers.run("a", () -> Thread.currentThread().getName()));

        assertThat(thread).isEqualTo("schema-worker");
        assertThatThrownBy(() -> Flow.await(workers.run("a", () -> {
                    throw new InvalidSchemaException("/a", "is wrong");
                })))
                .isInstanceOf(InvalidSchemaException.class);
    }

    @Test
    void work_that_does_not_end_times_out_and_blocks_only_one_thread_of_its_tenant() {
        List<CompletableFuture<Integer>> hanging = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            hanging.add(workers.run("a", this::hang).subscribeAsCompletionStage());
        }

        CompletableFuture<Integer> tooMany = workers.run("a", this::hang).subscribeAsCompletionStage();
        String other = Flow.await(workers.run("b", () -> "served"));

        assertThat(other).isEqualTo("served");
        assertThat(tooMany).isCompletedExceptionally();
        assertThatThrownBy(() -> Flow.await(workers.run("c", this::hang)))
                .isInstanceOfSatisfying(
                        ApiException.class, late -> assertThat(late.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        Awaitility.await()
                .untilAsserted(() -> assertThat(hanging).allMatch(CompletableFuture::isCompletedExceptionally));
        // Only one task of tenant a and one of tenant c have started.
        assertThat(started.get()).isEqualTo(2);
    }

    private int hang() {
        int number = started.incrementAndGet();
        try {
            release.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        return number;
    }
}
