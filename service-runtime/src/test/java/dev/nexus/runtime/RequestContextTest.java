package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RequestContextTest {

    private static final Vertx VERTX = Vertx.vertx();

    private final ContextInternal own = (ContextInternal) VERTX.getOrCreateContext();
    private final CompletableFuture<Boolean> ranOnEventLoop = new CompletableFuture<>();

    @AfterAll
    static void end() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_worker_thread_that_has_entered_the_context_hands_the_task_to_the_event_loop() throws Exception {
        own.dispatch(this::run);

        assertThat(ranOnEventLoop.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_task_on_its_event_loop_runs_immediately() throws Exception {
        CompletableFuture<Boolean> ranImmediately = new CompletableFuture<>();
        own.runOnContext(ignored -> {
            run();
            ranImmediately.complete(ranOnEventLoop.isDone());
        });

        assertThat(ranImmediately.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private void run() {
        RequestContext.run(own, () -> ranOnEventLoop.complete(Context.isOnEventLoopThread()));
    }
}
