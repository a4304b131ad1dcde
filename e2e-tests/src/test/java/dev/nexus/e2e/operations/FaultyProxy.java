package dev.nexus.e2e.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A proxy that forwards requests to a server, delays them, or answers them with a fault. */
final class FaultyProxy implements AutoCloseable {

    /** Forwards a request or answers it instead of the server. */
    interface Fault {
        void answer(FaultyProxy proxy, HttpExchange exchange) throws IOException, InterruptedException;
    }

    static final Fault NONE = FaultyProxy::forward;

    static Fault delayed(Duration delay) {
        return (proxy, exchange) -> {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
            proxy.forward(exchange);
        };
    }

    static Fault answering(int status, String body) {
        return (proxy, exchange) -> send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String target;
    private final HttpServer server;
    private volatile Fault fault = NONE;

    FaultyProxy(String target) {
        this.target = target;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void inject(Fault now) {
        fault = now;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            fault.answer(this, exchange);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void forward(HttpExchange exchange) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
                .method(
                        exchange.getRequestMethod(),
                        HttpRequest.BodyPublishers.ofByteArray(
                                exchange.getRequestBody().readAllBytes()));
        String token = exchange.getRequestHeaders().getFirst("X-Vault-Token");
        if (token != null) {
            request.header("X-Vault-Token", token);
        }
        HttpResponse<byte[]> answer;
        try {
            answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException down) {
            // Close the connection without an answer, like the unreachable server.
            return;
        }
        send(exchange, answer.statusCode(), answer.body());
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
