package dev.nexus.broker.cipher.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.testsupport.SilentProxy;
import io.quarkus.vault.client.common.VaultRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pooled connections to Vault on a network that starts to drop packets. */
class VaultHttpTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int CONNECTIONS = 4;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final AtomicInteger waiting = new AtomicInteger();
    private final Promise<Void> answer = Promise.promise();
    private SilentProxy network;
    private VaultHttp http;

    @BeforeEach
    void connect() {
        HttpServer server = join(vertx.createHttpServer()
                .requestHandler(request -> {
                    waiting.incrementAndGet();
                    answer.future().onSuccess(now -> request.response().end("{}"));
                })
                .listen(0, "127.0.0.1"));
        network = new SilentProxy(vertx, server.actualPort());
        http = new VaultHttp(vertx, new WebClientOptions().setMaxPoolSize(CONNECTIONS), TIMEOUT);
    }

    @AfterEach
    void end() {
        http.close();
        join(vertx.close());
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private CompletableFuture<?> call(Duration timeout) {
        try {
            return http.execute(VaultRequest.get("Health")
                            .baseUrl(URI.create("http://127.0.0.1:" + network.port())
                                    .toURL())
                            .apiVersion("v1")
                            .path("sys", "health")
                            .timeout(timeout)
                            .expectOkStatus()
                            .build(response -> Optional.of("answered")))
                    .toCompletableFuture();
        } catch (MalformedURLException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    @Test
    void two_timeouts_replace_all_silent_connections() {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            calls.add(call(Duration.ofSeconds(60)));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> waiting.get() == CONNECTIONS);
        answer.complete();
        calls.forEach(CompletableFuture::join);
        network.silenceOpen();

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> call(TIMEOUT).join()).isNotNull();
        }

        assertThat(call(Duration.ofSeconds(60)).join()).isNotNull();
        await().atMost(Duration.ofSeconds(60)).until(() -> network.open() == 1);
    }
}
