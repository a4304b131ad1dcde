package dev.nexus.gateway.component;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The settings of {@link StubbedBroker} with another Broker, which counts connections and has a path without response.
 */
public final class CountingBroker implements QuarkusTestResourceLifecycleManager {

    /** The id of a connection for which the Broker sends no response. */
    static final String SILENT = "silent";

    private static final Set<HttpConnection> CONNECTIONS = ConcurrentHashMap.newKeySet();
    private static final AtomicInteger SILENT_REQUESTS = new AtomicInteger();
    private static final AtomicInteger CANCELLED_REQUESTS = new AtomicInteger();

    private final StubbedBroker settings = new StubbedBroker();
    private final Vertx vertx = Vertx.vertx();

    /** The number of connections on which a request has arrived. */
    static int connections() {
        return CONNECTIONS.size();
    }

    static int silentRequests() {
        return SILENT_REQUESTS.get();
    }

    /** The number of requests whose connection was closed before a response. */
    static int cancelledRequests() {
        return CANCELLED_REQUESTS.get();
    }

    @Override
    public Map<String, String> start() {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(CountingBroker::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        Map<String, String> all = new HashMap<>(settings.start());
        all.put("nexus.gateway.broker-url", "http://127.0.0.1:" + server.actualPort());
        return all;
    }

    private static void answer(HttpServerRequest request) {
        CONNECTIONS.add(request.connection());
        if (request.path().contains(SILENT)) {
            request.response().closeHandler(closed -> CANCELLED_REQUESTS.incrementAndGet());
            SILENT_REQUESTS.incrementAndGet();
        } else {
            request.response().putHeader("Content-Type", "application/json").end("{}");
        }
    }

    @Override
    public void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        settings.stop();
    }
}
