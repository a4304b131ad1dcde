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
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final AtomicInteger performed = new AtomicInteger();

    @AfterEach
    void stop() {
        blocked.countDown();
        workers.stop();
    }

    @Test
    void work_runs_beside_the_calling_thread_and_its_failure_is_passed_on() {
        String thread = Flow.await(workers.run("a", () -> Thread.currentThread().getName()));

        assertThat(thread).isEqualTo("schema-worker");
        assertThatThrownBy(() -> Flow.await(workers.run("a", () -> {
                    throw new InvalidSchemaException("/a", "is wrong");
                })))
                .isInstanceOf(InvalidSchemaException.class);
    }

    @Test
    void a_tenant_whose_work_does_not_end_takes_one_thread_and_is_told_while_others_go_on() {
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
        // One of the first tenant and one of the third: nothing else has begun.
        assertThat(performed.get()).isEqualTo(2);
    }

    private int hang() {
        int number = performed.incrementAndGet();
        try {
            blocked.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        return number;
    }
}
