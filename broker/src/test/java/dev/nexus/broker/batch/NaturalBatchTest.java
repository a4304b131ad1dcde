package dev.nexus.broker.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NaturalBatchTest {

    private static final String TENANT = "acme";

    private final List<List<Integer>> calls = Collections.synchronizedList(new ArrayList<>());
    private final List<UniEmitter<? super List<String>>> pendingCalls = Collections.synchronizedList(new ArrayList<>());

    private Uni<List<String>> startCall(List<Integer> items) {
        calls.add(items);
        return Uni.createFrom().emitter(pendingCalls::add);
    }

    private void answer(int call) {
        pendingCalls
                .get(call)
                .complete(calls.get(call).stream().map(String::valueOf).toList());
    }

    private static CompletableFuture<String> submit(NaturalBatch<Integer, String> batch, int item) {
        return batch.submit(TENANT, item).subscribeAsCompletionStage();
    }

    private static void submitAndForget(NaturalBatch<Integer, String> batch, int item) {
        batch.submit(TENANT, item).subscribe().with(answer -> {}, failure -> {});
    }

    @Test
    void an_item_is_sent_immediately_while_another_call_may_start() {
        NaturalBatch<Integer, String> batch = new NaturalBatch<>(this::startCall, new NaturalBatch.Limits(2, 128, 100));

        submitAndForget(batch, 1);
        submitAndForget(batch, 2);

        assertThat(calls).containsExactly(List.of(1), List.of(2));
    }

    @Test
    void waiting_items_share_the_next_call() {
        NaturalBatch<Integer, String> batch = new NaturalBatch<>(this::startCall, new NaturalBatch.Limits(1, 128, 100));
        submitAndForget(batch, 0);
        List<CompletableFuture<String>> waiting =
                IntStream.rangeClosed(1, 5).mapToObj(i -> submit(batch, i)).toList();

        answer(0);
        answer(1);

        assertThat(calls).containsExactly(List.of(0), List.of(1, 2, 3, 4, 5));
        assertThat(waiting.stream().map(CompletableFuture::join)).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void a_call_has_at_most_the_configured_number_of_items() {
        NaturalBatch<Integer, String> batch = new NaturalBatch<>(this::startCall, new NaturalBatch.Limits(1, 2, 100));
        IntStream.range(0, 4).forEach(i -> submitAndForget(batch, i));

        answer(0);

        assertThat(calls).containsExactly(List.of(0), List.of(1, 2));
    }

    @Test
    void an_item_is_rejected_if_the_queue_is_full() {
        NaturalBatch<Integer, String> batch = new NaturalBatch<>(this::startCall, new NaturalBatch.Limits(1, 1, 1));
        submitAndForget(batch, 0);
        submitAndForget(batch, 1);

        CompletableFuture<String> refused = submit(batch, 2);

        assertThatThrownBy(refused::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void a_tenant_with_many_waiting_items_does_not_delay_the_items_of_others() {
        NaturalBatch<Integer, String> batch = new NaturalBatch<>(this::startCall, new NaturalBatch.Limits(1, 4, 100));
        submitAndForget(batch, 0);
        IntStream.rangeClosed(1, 50).forEach(i -> submitAndForget(batch, i));
        batch.submit("globex", 100).subscribe().with(answer -> {});
        batch.submit("initech", 200).subscribe().with(answer -> {});
        batch.submit("globex", 101).subscribe().with(answer -> {});

        answer(0);
        answer(1);

        assertThat(calls).containsExactly(List.of(0), List.of(1, 100, 200, 2), List.of(101, 3, 4, 5));
    }

    @Test
    void the_excess_of_a_tenant_is_rejected_if_the_calls_do_not_keep_up_and_another_tenant_is_queued() {
        AtomicLong millis = new AtomicLong();
        NaturalBatch<Integer, String> batch = batchWithClock(millis);
        measureCallsOf(400, batch, millis);
        submitAndForget(batch, 0);
        IntStream.rangeClosed(1, 127).forEach(i -> submitAndForget(batch, i));

        CompletableFuture<String> last = submit(batch, 128);
        CompletableFuture<String> excess = submit(batch, 129);
        CompletableFuture<String> another = batch.submit("globex", 130).subscribeAsCompletionStage();

        assertThat(excess).isCompletedExceptionally();
        assertThat(last).isNotDone();
        assertThat(another).isNotDone();
    }

    @Test
    void a_burst_is_queued_if_the_calls_keep_up() {
        AtomicLong millis = new AtomicLong();
        NaturalBatch<Integer, String> batch = batchWithClock(millis);
        measureCallsOf(20, batch, millis);

        List<CompletableFuture<String>> burst =
                IntStream.range(0, 900).mapToObj(i -> submit(batch, i)).toList();

        assertThat(burst).noneMatch(CompletableFuture::isDone);
    }

    /** Makes calls of this duration, until their average is near it. */
    private void measureCallsOf(int duration, NaturalBatch<Integer, String> batch, AtomicLong millis) {
        for (int i = 0; i < 30; i++) {
            submitAndForget(batch, i);
            millis.addAndGet(duration);
            answer(i);
        }
    }

    @Test
    void a_failed_call_fails_only_its_own_items() {
        NaturalBatch<Integer, String> batch = new NaturalBatch<>(this::startCall, new NaturalBatch.Limits(1, 128, 100));
        CompletableFuture<String> first = submit(batch, 0);
        CompletableFuture<String> second = submit(batch, 1);

        pendingCalls.get(0).fail(new IllegalStateException("down"));
        answer(1);

        assertThat(first).isCompletedExceptionally();
        assertThat(second.join()).isEqualTo("1");
    }

    private NaturalBatch<Integer, String> batchWithClock(AtomicLong millis) {
        return new NaturalBatch<>(
                this::startCall,
                new NaturalBatch.Limits(1, 128, 1_000),
                () -> TimeUnit.MILLISECONDS.toNanos(millis.get()));
    }

    @Test
    void a_slow_failure_also_fails_the_items_that_have_waited_for_long() {
        AtomicLong millis = new AtomicLong();
        NaturalBatch<Integer, String> batch = batchWithClock(millis);
        submitAndForget(batch, 0);
        CompletableFuture<String> early = submit(batch, 1);
        millis.set(501);
        CompletableFuture<String> late = submit(batch, 2);

        millis.set(750);
        pendingCalls.get(0).fail(new IllegalStateException("down"));

        assertThat(early).isCompletedExceptionally();
        assertThat(calls).containsExactly(List.of(0), List.of(2));
        answer(1);
        assertThat(late).isCompletedWithValue("2");
    }

    @Test
    void a_slow_success_fails_no_item() {
        AtomicLong millis = new AtomicLong();
        NaturalBatch<Integer, String> batch = batchWithClock(millis);
        submitAndForget(batch, 0);
        CompletableFuture<String> waiting = submit(batch, 1);

        millis.set(1_900);
        answer(0);
        answer(1);

        assertThat(waiting).isCompletedWithValue("1");
    }

    @Test
    void a_cancelled_item_leaves_the_queue_and_its_batch() {
        NaturalBatch<Integer, String> batch = new NaturalBatch<>(this::startCall, new NaturalBatch.Limits(1, 128, 3));
        Cancellable sent = batch.submit(TENANT, 0).subscribe().with(answer -> {});
        Cancellable queued = batch.submit(TENANT, 1).subscribe().with(answer -> {});
        CompletableFuture<String> neighbour = submit(batch, 2);

        sent.cancel();
        queued.cancel();
        answer(0);
        answer(1);

        assertThat(calls).containsExactly(List.of(0), List.of(2));
        assertThat(neighbour).isCompletedWithValue("2");
    }

    @Test
    void a_call_runs_on_the_context_of_its_first_item() {
        Vertx vertx = Vertx.vertx();
        try {
            List<Context> contexts = Collections.synchronizedList(new ArrayList<>());
            NaturalBatch<Integer, String> batch = new NaturalBatch<>(
                    items -> {
                        contexts.add(Vertx.currentContext());
                        return startCall(items);
                    },
                    new NaturalBatch.Limits(1, 128, 100));
            Context first = vertx.getOrCreateContext();
            Context second = vertx.getOrCreateContext();
            Context third = vertx.getOrCreateContext();

            submitOn(first, batch, 0);
            submitOn(second, batch, 1);
            submitOn(third, batch, 2);
            first.runOnContext(ignored -> answer(0));

            await().until(() -> contexts.size() == 2);
            assertThat(contexts).containsExactly(first, second);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void submitOn(Context context, NaturalBatch<Integer, String> batch, int item) {
        CompletableFuture<Void> submitted = new CompletableFuture<>();
        context.runOnContext(ignored -> {
            submitAndForget(batch, item);
            submitted.complete(null);
        });
        submitted.join();
    }

    @Test
    void a_result_of_the_wrong_length_fails_the_items() {
        NaturalBatch<Integer, String> batch =
                new NaturalBatch<>(items -> Uni.createFrom().item(List.of()), new NaturalBatch.Limits(1, 128, 100));

        assertThat(submit(batch, 0)).isCompletedExceptionally();
    }

    @Test
    void each_item_of_many_threads_gets_its_own_result() {
        // A separate pool, because its threads inherit the class loader that the test runs in.
        ExecutorService threads = Executors.newFixedThreadPool(8);
        AtomicInteger maxRunning = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        NaturalBatch<Integer, String> batch = new NaturalBatch<>(
                items -> Uni.createFrom()
                        .item(items)
                        .emitOn(threads)
                        .invoke(() -> maxRunning.accumulateAndGet(running.incrementAndGet(), Math::max))
                        .map(list -> list.stream().map(String::valueOf).toList())
                        .invoke(running::decrementAndGet),
                new NaturalBatch.Limits(2, 16, 100_000));

        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int item = i;
            CompletableFuture<String> answer = new CompletableFuture<>();
            answers.add(answer);
            // Fewer items of each tenant than a call can take, so that none is rejected.
            threads.execute(() -> batch.submit("tenant-" + item % 1_000, item)
                    .subscribe()
                    .with(answer::complete, answer::completeExceptionally));
        }

        assertThat(answers.stream().map(CompletableFuture::join))
                .containsExactlyElementsOf(
                        IntStream.range(0, 10_000).mapToObj(String::valueOf).toList());
        assertThat(maxRunning.get()).isBetween(1, 2);
        threads.shutdownNow();
    }
}
