package dev.nexus.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.database.EntityTransactions;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * With a pool of 20 connections, at most 5 lists run at the same time, and at most 2 of one tenant. Up to 128 more
 * lists of a tenant wait.
 */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ListShareTest {

    @Inject
    EntityTransactions transactions;

    @Inject
    Vertx vertx;

    private final ListShare share = new ListShare(20);
    private final List<UniEmitter<? super String>> running = new CopyOnWriteArrayList<>();

    private CompletableFuture<String> list(String tenant) {
        return share.run(tenant, () -> Uni.createFrom().<String>emitter(running::add))
                .subscribeAsCompletionStage();
    }

    private void answerAll(List<CompletableFuture<String>> lists) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            running.forEach(list -> list.complete("page"));
            return lists.stream().allMatch(CompletableFuture::isDone);
        });
    }

    private static ErrorCode refusal(CompletableFuture<String> list) throws Exception {
        try {
            list.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            return Failures.errorOf(refused).code();
        }
        throw new AssertionError("the list was not refused");
    }

    @Test
    void lists_of_one_tenant_leave_slots_for_others_and_excess_lists_are_refused() throws Exception {
        List<CompletableFuture<String>> busy = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            busy.add(list("busy"));
        }

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> busy.stream().filter(CompletableFuture::isDone).count() == 20);
        assertThat(running).hasSize(2);
        for (CompletableFuture<String> refused : busy.subList(130, 150)) {
            assertThat(refusal(refused)).isEqualTo(ErrorCode.UNAVAILABLE);
        }
        CompletableFuture<String> another = list("another");
        assertThat(running).hasSize(3);

        answerAll(busy.subList(0, 130));
        answerAll(List.of(another));
        assertThat(busy.subList(0, 130)).allMatch(list -> list.join().equals("page"));
    }

    @Test
    void lists_of_all_tenants_use_a_quarter_of_the_pool() {
        List<CompletableFuture<String>> lists = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            lists.add(list("tenant-" + i));
        }

        assertThat(running).hasSize(5);

        answerAll(lists);
    }

    @Test
    void a_failed_list_releases_its_slot() throws Exception {
        for (int i = 0; i < 10; i++) {
            CompletableFuture<String> failing = share.run(
                            "t", () -> Uni.createFrom().<String>failure(new ApiException(ErrorCode.INTERNAL, "x")))
                    .subscribeAsCompletionStage();
            assertThat(refusal(failing)).isEqualTo(ErrorCode.INTERNAL);
        }

        assertThat(Flow.await(share.run("t", () -> Uni.createFrom().item("page"))))
                .isEqualTo("page");
    }

    @Test
    void a_list_keeps_its_slot_until_its_work_ends_and_the_next_list_has_its_own_session() throws Exception {
        ListShare single = new ListShare(4);
        AtomicInteger working = new AtomicInteger();
        List<Integer> observed = new CopyOnWriteArrayList<>();
        List<Object> sessions = new CopyOnWriteArrayList<>();
        Supplier<Uni<String>> slow = () -> transactions.read(() -> {
            observed.add(working.incrementAndGet());
            return Panache.getSession()
                    .invoke(sessions::add)
                    .chain(session -> sleep().chain(ListShareTest::sleep))
                    .onTermination()
                    .invoke(working::decrementAndGet)
                    .replaceWith("page");
        });

        CompletableFuture<String> abandoned = inRequest(() -> single.run("t", slow)
                .ifNoItem()
                .after(Duration.ofMillis(200))
                .failWith(() -> new ApiException(ErrorCode.UNAVAILABLE, "x")));
        CompletableFuture<String> first = inRequest(() -> single.run("t", slow));
        CompletableFuture<String> second = inRequest(() -> single.run("t", slow));

        assertThat(refusal(abandoned)).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("page");
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("page");
        assertThat(observed).containsExactly(1, 1, 1);
        assertThat(sessions).doesNotHaveDuplicates();
    }

    /** Two of these exceed the caller's time-out. One stays below PostgreSQL's statement time-out. */
    private static Uni<Object> sleep() {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery("select 1 from pg_sleep(1.2)", Object.class)
                        .getSingleResult());
    }

    /** Runs {@code useCase} on a separate context, as a request does. */
    private <T> CompletableFuture<T> inRequest(Supplier<Uni<T>> useCase) {
        Context own = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(own, true);
        CompletableFuture<T> answer = new CompletableFuture<>();
        own.runOnContext(ignored -> useCase.get().subscribe().with(answer::complete, answer::completeExceptionally));
        return answer;
    }

    @Test
    void a_waiting_list_whose_caller_has_cancelled_does_not_run() {
        ListShare single = new ListShare(4);
        CompletableFuture<String> before = single.run(
                        "t", () -> Uni.createFrom().<String>emitter(running::add))
                .subscribeAsCompletionStage();
        AtomicInteger runs = new AtomicInteger();

        single.run("t", () -> Uni.createFrom().item(runs.incrementAndGet()))
                .subscribe()
                .with(item -> {})
                .cancel();
        CompletableFuture<String> after =
                single.run("t", () -> Uni.createFrom().item("after")).subscribeAsCompletionStage();
        answerAll(List.of(before, after));

        assertThat(runs).hasValue(0);
        assertThat(after).isCompletedWithValue("after");
    }
}
