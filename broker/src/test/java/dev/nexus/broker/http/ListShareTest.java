package dev.nexus.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A pool of 20: 5 lists at once for all, 2 for one tenant, 128 of it wait. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ListShareTest {

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
            return Failures.answer(refused).code();
        }
        throw new AssertionError("the list was not refused");
    }

    @Test
    void one_tenants_lists_leave_room_for_anothers_and_what_does_not_fit_is_refused_at_once() throws Exception {
        List<CompletableFuture<String>> greedy = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            greedy.add(list("greedy"));
        }

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> greedy.stream().filter(CompletableFuture::isDone).count() == 20);
        assertThat(running).hasSize(2);
        for (CompletableFuture<String> refused : greedy.subList(130, 150)) {
            assertThat(refusal(refused)).isEqualTo(ErrorCode.UNAVAILABLE);
        }
        CompletableFuture<String> another = list("another");
        assertThat(running).hasSize(3);

        answerAll(greedy.subList(0, 130));
        answerAll(List.of(another));
        assertThat(greedy.subList(0, 130)).allMatch(list -> list.join().equals("page"));
    }

    @Test
    void all_tenants_together_have_a_quarter_of_the_pool() {
        List<CompletableFuture<String>> lists = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            lists.add(list("tenant-" + i));
        }

        assertThat(running).hasSize(5);

        answerAll(lists);
    }

    @Test
    void a_list_that_fails_gives_its_slot_back() throws Exception {
        for (int i = 0; i < 10; i++) {
            CompletableFuture<String> failing = share.run(
                            "t", () -> Uni.createFrom().<String>failure(new ApiException(ErrorCode.INTERNAL, "x")))
                    .subscribeAsCompletionStage();
            assertThat(refusal(failing)).isEqualTo(ErrorCode.INTERNAL);
        }

        assertThat(Flow.await(share.run("t", () -> Uni.createFrom().item("page"))))
                .isEqualTo("page");
    }
}
