package dev.nexus.launcher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A provider on the loopback interface. Responds with the received request, and masks its header Authorization. */
final class EchoProvider implements AutoCloseable {

    private final HttpServer server;
    private volatile String authorization = "";

    private EchoProvider(HttpServer server) {
        this.server = server;
    }

    static EchoProvider start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        EchoProvider provider = new EchoProvider(server);
        server.createContext("/", provider::echo);
        server.start();
        return provider;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The header Authorization of the last request. */
    String authorization() {
        return authorization;
    }

    private void echo(HttpExchange exchange) throws IOException {
        StringBuilder echo = new StringBuilder(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        for (Map.Entry<String, List<String>> header : new TreeMap<>(exchange.getRequestHeaders()).entrySet()) {
            String value = String.join(", ", header.getValue());
            if (header.getKey().equalsIgnoreCase("Authorization")) {
                authorization = value;
                value = masked(value);
            }
            echo.append('\n').append(header.getKey()).append(": ").append(value);
        }
        byte[] body = echo.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Keeps only the scheme and the first four characters of the credential. */
    private static String masked(String value) {
        int credential = value.indexOf(' ') + 1;
        return value.substring(0, Math.min(value.length(), credential + 4)) + "***";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
