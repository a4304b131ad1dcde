package dev.nexus.e2e.operations.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nexus.e2e.operations.clients.OpenApiDocument.Body;
import dev.nexus.e2e.operations.clients.OpenApiDocument.Operation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * Answers each operation of the OpenAPI document with its first example, changed as a later version could change
 * it. Each open string has an unknown value, and each object has an unknown field. A DELETE gets an unknown error code.
 */
final class FutureGateway implements AutoCloseable {

    private final OpenApiDocument document;
    private final HttpServer server;

    private FutureGateway(OpenApiDocument document, HttpServer server) {
        this.document = document;
        this.server = server;
    }

    static FutureGateway start(OpenApiDocument document) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        FutureGateway gateway = new FutureGateway(document, server);
        server.createContext("/", gateway::answer);
        server.start();
        return gateway;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod().toLowerCase(Locale.ROOT);
        String path = exchange.getRequestURI().getPath();
        Operation operation = document.operations()
                .filter(candidate -> candidate.method().equals(method))
                .filter(candidate -> path.matches(candidate.path().replaceAll("\\{\\w+}", "[^/]+")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("not in the document: " + method + " " + path));
        String status = method.equals("delete") ? "409" : "200";
        Body body = document.responseBodies()
                .filter(response -> response.place().equals(operation.id() + " " + status + " application/json"))
                .findFirst()
                .orElseGet(() -> new Body(
                        "error", document.root().at("/components/responses/StateUsed/content/application~1json")));
        JsonNode example = document.examples(body).findFirst().orElseThrow();
        byte[] json = document.future(body.schema(), example).toString().getBytes(UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(Integer.parseInt(status), json.length);
        exchange.getResponseBody().write(json);
        exchange.close();
    }
}
