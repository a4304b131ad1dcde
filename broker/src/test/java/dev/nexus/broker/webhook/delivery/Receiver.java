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

/**
 * A TLS server with the name receiver.test that records the webhook requests. The path of a URL selects the response.
 */
public final class Receiver implements AutoCloseable {

    static final Path CERTIFICATE =
            ScriptedProvider.certificate(Path.of("target/webhook-test"), "receiver.test", "private.test");

    private final ScriptedProvider server = ScriptedProvider.start(CERTIFICATE, "127.0.0.1");

    /** The host names of these tests. private.test has an address that the Broker must not call. */
    public static KnownHosts hosts(Vertx vertx) {
        return new KnownHosts(
                vertx, Map.of("receiver.test", List.of("127.0.0.1"), "private.test", List.of("10.0.0.1")));
    }

    /** A recorded request. */
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

        /** Verifies the signature and the timestamp with the library of the specification. */
        boolean isSignedBy(String secret) {
            try {
                new Webhook(secret).verify(body, headers);
                return true;
            } catch (WebhookVerificationException refused) {
                return false;
            }
        }
    }

    /**
     * A URL that contains the tenant, so that {@link #received} can filter by it. {@code script} selects the response.
     */
    String url(String tenant, String script) {
        return "https://receiver.test:" + server.port() + "/" + tenant + "/" + script;
    }

    /** The requests for the tenant, in order. */
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
