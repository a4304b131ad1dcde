package dev.nexus.broker.webhook.delivery;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.nexus.broker.testing.KnownHosts;
import dev.nexus.broker.testing.ScriptedProvider;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A receiver that speaks TLS as receiver.test, and what it was sent. Its path tells what it answers. */
public final class Receiver implements AutoCloseable {

    static final Path CERTIFICATE =
            ScriptedProvider.certificate(Path.of("target/webhook-test"), "receiver.test", "private.test");

    private final ScriptedProvider server = ScriptedProvider.start(CERTIFICATE, "127.0.0.1");

    /** The hosts of these tests; private.test is at an address that must not be reached. */
    public static KnownHosts hosts(Vertx vertx) {
        return new KnownHosts(
                vertx, Map.of("receiver.test", List.of("127.0.0.1"), "private.test", List.of("10.0.0.1")));
    }

    /** One request. */
    record Received(String path, Map<String, List<String>> headers, String body) {

        static Received parse(String request) {
            String[] parts = request.split("\r\n\r\n", 2);
            String[] lines = parts[0].split("\r\n", -1);
            Map<String, List<String>> headers = new HashMap<>();
            for (int i = 1; i < lines.length; i++) {
                String[] field = lines[i].split(": ", 2);
                headers.put(field[0], List.of(field[1]));
            }
            return new Received(lines[0].split(" ", 3)[1], headers, parts[1]);
        }

        String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }

        String id() {
            return header("webhook-id");
        }

        /** Verified by the specification's own library, timestamp included. */
        boolean isSignedBy(String secret) {
            try {
                new Webhook(secret).verify(body, headers);
                return true;
            } catch (WebhookVerificationException refused) {
                return false;
            }
        }
    }

    /** The URL at which every tenant's own events are told apart from others', answered with {@code script}. */
    String url(String tenant, String script) {
        return "https://receiver.test:" + server.port() + "/" + tenant + "/" + script;
    }

    /** What came for the tenant, in its order. */
    List<Received> received(String tenant) {
        return server.requests().stream()
                .map(Received::parse)
                .filter(request -> request.path().startsWith("/" + tenant + "/"))
                .toList();
    }

    void redirectTo(String location) {
        server.redirectTo(location);
    }

    int port() {
        return server.port();
    }

    int connections() {
        return server.connections();
    }

    @Override
    public void close() {
        server.close();
    }
}
