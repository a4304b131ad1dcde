package dev.nexus.e2e.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The application that sends users to the hosted page and receives them back. */
final class ReturnSite implements AutoCloseable {

    private static final String PAGE = """
            <!DOCTYPE html><html lang="en"><head><title>Your app</title><link rel="icon" href="data:,"></head>
            <body><h1>Welcome back</h1><textarea aria-label="scratch"></textarea></body></html>
            """;

    private final HttpServer server;
    private final List<String> queries = new CopyOnWriteArrayList<>();

    private ReturnSite(HttpServer server) {
        this.server = server;
    }

    static ReturnSite start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        ReturnSite site = new ReturnSite(server);
        server.createContext("/", site::answer);
        server.start();
        return site;
    }

    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String returnUrl() {
        return origin() + "/callback";
    }

    /** Returns the queries of the callback requests. */
    List<String> queries() {
        return List.copyOf(queries);
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().equals("/callback")) {
            queries.add(String.valueOf(exchange.getRequestURI().getRawQuery()));
        }
        byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/html;charset=UTF-8");
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
