package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contracts.ErrorCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The slots behind a real HTTP server, whose handler ends each request in another way. */
class RequestSlotsTest {

    private static final int REQUESTS = 10_000;
    private static final int CONCURRENT = 100;
    private static final List<String> ENDS =
            List.of("/now", "/later", "/failed", "/thrown", "/reset", "/closed", "/released");

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RequestSlots slots = new RequestSlots(meters);
    private final Queue<RoutingContext> held = new ConcurrentLinkedQueue<>();

    private final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();

    private final HttpServer server = serve();

    private HttpServer serve() {
        vertx.exceptionHandler(uncaught::add);
        Router router = Router.router(vertx);
        router.route().handler(this::handle);
        return join(vertx.createHttpServer(new HttpServerOptions().setHttp2RstFloodMaxRstFramePerWindow(REQUESTS))
                .requestHandler(router)
                .listen(0, "127.0.0.1"));
    }

    private void handle(RoutingContext request) {
        if (Connections.isClosed(request.request())) {
            return;
        }
        Runnable release;
        try {
            release = slots.acquire(request, String.valueOf(request.request().getHeader("tenant")));
        } catch (ApiException refused) {
            request.response().setStatusCode(refused.code().status()).end();
            return;
        }
        switch (request.normalizedPath()) {
            case "/now" -> request.response().end();
            case "/released" -> {
                release.run();
                request.response().end();
            }
            case "/later" -> vertx.setTimer(1, fired -> request.response().end("response"));
            case "/failed" -> request.fail(new ApiException(ErrorCode.INTERNAL, "failed"));
            case "/thrown" -> throw new ApiException(ErrorCode.INTERNAL, "thrown");
            case "/closed" ->
                vertx.setTimer(1, fired -> request.request().connection().close());
            default -> held.add(request);
        }
    }

    @AfterEach
    void close() {
        join(vertx.close());
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private double active() {
        return meters.get("nexus.requests.active").gauge().value();
    }

    private HttpClient client(HttpVersion version) {
        return vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(version)
                .setHttp2ClearTextUpgrade(false)
                .setMaxPoolSize(CONCURRENT)
                .setHttp2MaxPoolSize(8)
                .setKeepAlive(true));
    }

    private Future<HttpClientRequest> open(HttpClient client, String path, String tenant) {
        return client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path)
                .map(request -> request.putHeader("tenant", tenant));
    }

    private Future<Integer> status(HttpClient client, String path, String tenant) {
        return open(client, path, tenant).compose(HttpClientRequest::send).map(HttpClientResponse::statusCode);
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpVersion.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void every_slot_is_free_after_10000_requests_that_end_in_every_way(HttpVersion version) {
        HttpClient client = client(version);

        for (int sent = 0; sent < REQUESTS; sent += CONCURRENT) {
            List<Future<?>> answers = new ArrayList<>();
            for (int i = 0; i < CONCURRENT; i++) {
                answers.add(send(client, ENDS.get((sent + i) % ENDS.size()), "tenant-" + i % 7));
            }
            join(Future.join(answers).otherwiseEmpty());
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> active() == 0);
        assertThat(held).isNotEmpty();
        assertThat(uncaught).isEmpty();
    }

    /** Sends a request, and resets it if the server never responds: when the server has received it. */
    private Future<?> send(HttpClient client, String path, String tenant) {
        if (!path.equals("/reset")) {
            return status(client, path, tenant);
        }
        int before = held.size();
        return open(client, path, tenant).compose(request -> {
            Future<HttpClientResponse> response = request.send();
            Promise<Void> received = Promise.promise();
            vertx.setPeriodic(1, timer -> {
                if (held.size() > before || response.isComplete()) {
                    vertx.cancelTimer(timer);
                    request.reset();
                    received.complete();
                }
            });
            return received.future();
        });
    }

    @Test
    void one_tenant_gets_half_of_the_slots_and_another_tenant_is_served() {
        HttpClient client = client(HttpVersion.HTTP_2);
        List<Future<Integer>> busy = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            busy.add(status(client, "/held", "busy"));
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> busy.stream().filter(Future::isComplete).count() == 88 && held.size() == 512);

        int another = join(status(client, "/now", "another"));

        assertThat(another).isEqualTo(200);
        assertThat(busy.stream().filter(Future::isComplete).map(Future::result)).containsOnly(503);
        assertThat(meters.get("nexus.requests.rejected")
                        .tag("limit", "requests")
                        .counter()
                        .count())
                .isEqualTo(88);
        held.forEach(request -> request.response().end());
        join(Future.join(busy));
        assertThat(join(status(client, "/now", "busy"))).isEqualTo(200);
        await().until(() -> active() == 0);
    }
}
