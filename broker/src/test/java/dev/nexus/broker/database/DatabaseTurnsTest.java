package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three turns at the same time, of which a tenant that does nothing uses one. Two are left, also for one tenant. */
class DatabaseTurnsTest {

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong millis = new AtomicLong();
    private final DatabaseTurns turns = turns(3, Duration.ofSeconds(60));

    /** The begun work, in its order. */
    private final List<String> begun = new CopyOnWriteArrayList<>();

    private final List<UniEmitter<? super String>> running = new CopyOnWriteArrayList<>();

    private DatabaseTurns turns(int max, Duration longestWait) {
        return new DatabaseTurns(
                vertx, max, meters, () -> TimeUnit.MILLISECONDS.toNanos(millis.get()), longestWait.toMillis());
    }

    @BeforeEach
    void occupyOneTurn() {
        turns.run("occupant", () -> Uni.createFrom().nothing()).subscribe().with(item -> {});
    }

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Uni<String> work(String name) {
        begun.add(name);
        return Uni.createFrom().emitter(running::add);
    }

    private CompletableFuture<String> run(String tenant, String name) {
        return turns.run(tenant, () -> work(name)).subscribeAsCompletionStage();
    }

    private void runAndForget(String tenant, String name) {
        turns.run(tenant, () -> work(name)).subscribe().with(item -> {}, failure -> {});
    }

    private double rejected() {
        return meters.get("nexus.requests.rejected")
                .tag("limit", "database")
                .counter()
                .count();
    }

    private static void assertUnavailable(CompletableFuture<String> refused) {
        assertThatThrownBy(refused::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ApiException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }

    @Test
    void tenant_with_many_requests_delays_another_by_one_request() {
        for (int i = 0; i < 20; i++) {
            runAndForget("busy", "busy-" + i);
        }
        CompletableFuture<String> another = run("another", "another");

        running.get(0).complete("done");
        running.get(1).complete("done");
        running.get(2).complete("done");

        assertThat(begun).containsExactly("busy-0", "busy-1", "busy-2", "another", "busy-3");
        assertThat(another).isNotDone();
        running.get(3).complete("stored");
        assertThat(another).isCompletedWithValue("stored");
    }

    @Test
    void excess_of_a_tenant_is_rejected_immediately_if_it_would_wait_for_long() {
        measureTurnsOf(20);
        for (int i = 0; i < 27; i++) {
            runAndForget("busy", "busy-" + i);
        }

        CompletableFuture<String> last = run("busy", "last");
        CompletableFuture<String> excess = run("busy", "excess");
        CompletableFuture<String> another = run("another", "another");

        assertThat(last).isNotDone();
        assertThat(another).isNotDone();
        assertUnavailable(excess);
        assertThat(rejected()).isEqualTo(1);
    }

    @Test
    void first_waiting_requests_of_a_tenant_are_not_rejected_even_if_the_requests_of_others_are_slow() {
        measureTurnsOf(1_000);
        runAndForget("slow", "slow-0");
        runAndForget("slow", "slow-1");

        CompletableFuture<String> waiting = run("slow", "slow-2");
        CompletableFuture<String> lastWaiting = run("slow", "slow-3");
        CompletableFuture<String> excess = run("slow", "slow-4");

        assertThat(waiting).isNotDone();
        assertThat(lastWaiting).isNotDone();
        assertUnavailable(excess);
        assertThatThrownBy(excess::join).hasMessageContaining("Too many requests of this tenant");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 2", "4, 3", "10, 8", "20, 15"})
    void tenant_whose_requests_do_not_end_leaves_turns_for_others(int max, int ofTenant) {
        DatabaseTurns shared = turns(max, Duration.ofSeconds(60));
        Supplier<Uni<String>> stuck = () -> work("stuck");
        for (int i = 0; i < max + 5; i++) {
            shared.run("stuck", stuck).subscribe().with(item -> {});
        }
        assertThat(begun).hasSize(ofTenant).containsOnly("stuck");

        for (int i = 0; i < max - ofTenant; i++) {
            CompletableFuture<String> other =
                    shared.run("other", () -> work("other")).subscribeAsCompletionStage();
            assertThat(begun.get(begun.size() - 1)).isEqualTo("other");
            running.get(running.size() - 1).complete("stored");
            assertThat(other).isCompletedWithValue("stored");
        }

        assertThat(begun.stream().filter("stuck"::equals)).hasSize(ofTenant);
        running.get(0).complete("done");
        assertThat(begun.stream().filter("stuck"::equals)).hasSize(ofTenant + 1);
    }

    /** Makes turns of this duration, until their average is near it. */
    private void measureTurnsOf(int duration) {
        for (int i = 0; i < 40; i++) {
            runAndForget("measured", "measured");
            millis.addAndGet(duration);
            running.remove(0).complete("done");
        }
        begun.clear();
    }

    @Test
    void waiting_request_is_rejected_after_the_longest_wait_and_does_not_run() {
        DatabaseTurns shortWait = turns(3, Duration.ofMillis(50));
        shortWait.run("busy", () -> work("busy-0")).subscribe().with(item -> {});
        shortWait.run("busy", () -> work("busy-1")).subscribe().with(item -> {});

        CompletableFuture<String> waiting =
                shortWait.run("busy", () -> work("busy-2")).subscribeAsCompletionStage();

        await().atMost(Duration.ofSeconds(10)).until(waiting::isDone);
        assertUnavailable(waiting);
        assertThatThrownBy(waiting::join).hasMessageContaining("temporarily unavailable");
        running.get(0).complete("done");
        assertThat(begun).containsExactly("busy-0", "busy-1");
        assertThat(rejected()).isEqualTo(1);
    }

    @Test
    void waiting_request_whose_caller_has_cancelled_does_not_run() {
        runAndForget("busy", "busy-0");
        runAndForget("busy", "busy-1");
        Cancellable cancelled =
                turns.run("busy", () -> work("cancelled")).subscribe().with(item -> {});
        CompletableFuture<String> next = run("busy", "next");

        cancelled.cancel();
        running.get(0).complete("done");
        running.get(2).complete("next");

        assertThat(begun).containsExactly("busy-0", "busy-1", "next");
        assertThat(next).isCompletedWithValue("next");
    }

    @Test
    void request_that_is_cancelled_between_its_turn_and_its_start_does_not_run() throws Exception {
        runAndForget("busy", "busy-0");
        runAndForget("busy", "busy-1");
        Context own = vertx.getOrCreateContext();
        CompletableFuture<Void> started = new CompletableFuture<>();

        own.runOnContext(ignored -> {
            Cancellable cancelled =
                    turns.run("busy", () -> work("cancelled")).subscribe().with(item -> {});
            // The start of the work now waits for the end of this handler.
            running.get(0).complete("done");
            cancelled.cancel();
            own.runOnContext(after -> started.complete(null));
        });

        started.get(10, TimeUnit.SECONDS);
        assertThat(begun).containsExactly("busy-0", "busy-1");
        runAndForget("busy", "next");
        assertThat(begun).containsExactly("busy-0", "busy-1", "next");
    }

    @Test
    void turn_of_a_cancelled_caller_lasts_until_its_work_ends() {
        Cancellable cancelled =
                turns.run("busy", () -> work("cancelled")).subscribe().with(item -> {});
        runAndForget("busy", "busy-1");
        CompletableFuture<String> next = run("busy", "next");

        cancelled.cancel();

        assertThat(begun).containsExactly("cancelled", "busy-1");
        running.get(0).fail(new IllegalStateException("rolled back"));
        assertThat(begun).containsExactly("cancelled", "busy-1", "next");
        assertThat(next).isNotDone();
    }

    @Test
    void waiting_work_runs_on_the_context_of_its_caller() throws Exception {
        runAndForget("busy", "busy-0");
        runAndForget("busy", "busy-1");
        Context own = vertx.getOrCreateContext();
        CompletableFuture<Context> used = new CompletableFuture<>();
        CompletableFuture<Void> submitted = new CompletableFuture<>();
        own.runOnContext(ignored -> {
            turns.run("busy", () -> Uni.createFrom().item(used.complete(Vertx.currentContext())))
                    .subscribe()
                    .with(item -> {}, used::completeExceptionally);
            submitted.complete(null);
        });
        submitted.get(10, TimeUnit.SECONDS);

        running.get(0).complete("done");

        assertThat(used.get(10, TimeUnit.SECONDS)).isSameAs(own);
    }

    @Test
    void all_turns_are_free_after_10000_requests_that_end_in_every_way() {
        Random random = new Random(20_261_130);
        AtomicInteger ended = new AtomicInteger();
        List<Context> contexts = List.of(vertx.getOrCreateContext(), vertx.getOrCreateContext());
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int requests = 10_000;
        for (int i = 0; i < requests; i++) {
            int kind = random.nextInt(4);
            String tenant = "tenant-" + random.nextInt(5);
            contexts.get(i % 2).runOnContext(ignored -> {
                Cancellable request = turns.run(tenant, () -> {
                            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                            return Uni.createFrom()
                                    .deferred(() -> ending(kind))
                                    .onTermination()
                                    .invoke(atOnce::decrementAndGet);
                        })
                        .onTermination()
                        .invoke(ended::incrementAndGet)
                        .subscribe()
                        .with(item -> {}, failure -> {});
                if (kind == 3) {
                    request.cancel();
                }
            });
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> ended.get() == requests && atOnce.get() == 0);
        assertThat(most).hasValue(2);
        List<CompletableFuture<String>> after = new ArrayList<>(List.of(run("one", "one"), run("two", "two")));
        // The last turn ends after its work.
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(begun).containsExactlyInAnyOrder("one", "two"));
        running.forEach(work -> work.complete("done"));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(after).allSatisfy(done -> assertThat(done).isCompletedWithValue("done")));
    }

    private static Uni<String> ending(int kind) {
        return switch (kind) {
            case 0 -> Uni.createFrom().item("now");
            case 1 -> Uni.createFrom().failure(new IllegalStateException("failed"));
            case 2 -> throw new IllegalStateException("thrown");
            default -> Uni.createFrom().item("later").onItem().delayIt().by(Duration.ofNanos(200_000));
        };
    }
}
