package dev.nexus.gateway.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nexus.testsupport.SilentProxy;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client's HTTP/2 connections to a server through a network that stops forwarding packets. */
class BrokerConnectionsTest {

    private static final Duration PING_EVERY = Duration.ofMillis(400);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final BrokerConnections connections = new BrokerConnections(vertx, PING_EVERY, PATIENCE);
    private final AtomicInteger accepted = new AtomicInteger();
    private final Promise<Void> slowAnswer = Promise.promise();
    private SilentProxy network;
    private HttpClient client;

    @BeforeEach
    void connect() {
        HttpServer server = join(vertx.createHttpServer()
                .connectionHandler(connection -> accepted.incrementAndGet())
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1"));
        network = new SilentProxy(vertx, server.actualPort());
        client = vertx.createHttpClient(connections
                .options()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(network.port()));
    }

    @AfterEach
    void end() {
        // Do not wait: discarded connections can still be closing.
        Future<Void> unused = vertx.close();
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/slow" ->
                slowAnswer.future().onSuccess(now -> request.response().end());
            case "/never" -> request.response().setChunked(true);
            default -> request.response().end();
        }
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private Future<HttpClientResponse> call(String path) {
        return client.request(HttpMethod.GET, path).compose(request -> {
            connections.watch(request);
            return request.send();
        });
    }

    /** Makes a call that is cancelled after {@code millis}, as the REST client cancels a call that times out. */
    private Future<HttpClientResponse> call(String path, long millis) {
        return client.request(HttpMethod.GET, path).compose(request -> {
            connections.watch(request);
            vertx.setTimer(millis, ended -> cancel(request));
            return request.send();
        });
    }

    private static void cancel(HttpClientRequest request) {
        request.reset();
    }

    @Test
    void connection_has_the_socket_options_against_a_silent_network() {
        assumeTrue(vertx.isNativeTransportEnabled(), "Java's sockets have no TCP_USER_TIMEOUT");

        HttpConnection connection = join(client.request(HttpMethod.GET, "/").map(HttpClientRequest::connection));

        ChannelConfig socket = ((ConnectionBase) connection).channel().config();
        assertThat(socket.getOption(EpollChannelOption.TCP_USER_TIMEOUT))
                .isEqualTo(Math.toIntExact(PING_EVERY.multipliedBy(4).toMillis()));
        assertThat(socket.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
    }

    @Test
    void connection_without_a_ping_response_is_closed_and_replaced() {
        join(call("/"));
        network.silenceOpen();

        Future<HttpClientResponse> failing = call("/");

        await().atMost(PATIENCE).until(failing::failed);
        assertThat(join(call("/")).statusCode()).isEqualTo(200);
        assertThat(accepted).hasValue(2);
        assertThat(connections.watched()).isEqualTo(1);
    }

    @Test
    void idle_silent_connection_is_closed_before_the_next_call() {
        join(call("/"));

        network.silenceOpen();

        await().atMost(PATIENCE).until(() -> connections.watched() == 0);
    }

    @Test
    void slow_call_continues_while_pings_succeed() {
        Future<HttpClientResponse> slow = call("/slow");
        Promise<Void> manyPings = Promise.promise();
        vertx.setTimer(PING_EVERY.toMillis() * 10, ended -> manyPings.complete());

        join(manyPings.future());
        slowAnswer.complete();

        assertThat(join(slow).statusCode()).isEqualTo(200);
        assertThat(accepted).hasValue(1);
    }

    @Test
    void connection_with_timed_out_calls_gets_no_new_calls_and_finishes_open_ones() {
        Future<HttpClientResponse> slow = call("/slow");

        await().atMost(PATIENCE).until(() -> {
            call("/never", 300);
            return accepted.get() == 2;
        });
        slowAnswer.complete();

        assertThat(join(slow).statusCode()).isEqualTo(200);
        assertThat(join(call("/")).statusCode()).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> network.open() == 1);
    }
}
