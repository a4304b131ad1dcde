package dev.nexus.launcher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Responds like a vendor that requires a bearer token: 200 with a login, or 401.
 *
 * @param prefix the prefix of the tokens that the vendor accepts
 */
record BearerCheck(String prefix) implements HttpHandler {

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            boolean good = authorization != null && authorization.startsWith("Bearer " + prefix);
            byte[] body = (good ? "{\"login\":\"demo-user\"}" : "{\"message\":\"Bad credentials\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(good ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
