package dev.nexus.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A simulated Gateway over real HTTP. It stores connections as the API does, and a test can script single responses. At
 * /provider it also simulates the provider. The end-to-end tests use the real Gateway.
 */
public final class ScriptedGateway implements QuarkusTestResourceLifecycleManager {

    static final String API_KEY = "nxs_scripted_key";
    static final String GITHUB_SCHEMA = """
            {"type":"object","required":["api_key"],"properties":{"api_key":{"type":"string","title":"Token",\
            "description":"Made in the settings","format":"password"}}}""";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ScriptedGateway INSTANCE = new ScriptedGateway();

    private final Map<String, ObjectNode> connections = new LinkedHashMap<>();
    private final Map<String, String> states = new ConcurrentHashMap<>();
    private final Map<String, String> returnUrls = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> credentials = new ConcurrentHashMap<>();
    private final Map<String, Answer> scriptedAnswers = new ConcurrentHashMap<>();
    private final Map<String, Delayed> delayed = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile String schema = GITHUB_SCHEMA;
    private volatile String providerName = "GitHub";
    private volatile String allowedHost = "localhost";
    private volatile Answer provider = new Answer(200, "{\"login\":\"octocat\"}", 0, false);
    private volatile String authorization = "";
    private @Nullable HttpServer server;

    /** A response. With {@code hangUp}, the server closes the connection instead. */
    record Answer(int status, String body, int retryAfter, boolean hangUp) {}

    /** A delayed response. {@code received} opens when the request has arrived. The test opens {@code release}. */
    record Delayed(CountDownLatch received, CountDownLatch release) {}

    static ScriptedGateway it() {
        return INSTANCE;
    }

    @Override
    public Map<String, String> start() {
        return INSTANCE.listen();
    }

    @Override
    public void stop() {
        Objects.requireNonNull(INSTANCE.server).stop(0);
    }

    private Map<String, String> listen() {
        try {
            HttpServer listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
            listening.setExecutor(Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "scripted-gateway");
                thread.setDaemon(true);
                return thread;
            }));
            listening.createContext("/", this::answer);
            listening.start();
            server = listening;
            return Map.of(
                    "example.gateway.url",
                    origin(),
                    "example.gateway.api-key",
                    API_KEY,
                    "example.requests.github.url",
                    origin() + "/provider");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String origin() {
        return "http://localhost:" + Objects.requireNonNull(server).getAddress().getPort();
    }

    void reset() {
        synchronized (connections) {
            connections.clear();
        }
        scriptedAnswers.clear();
        delayed.clear();
        calls.clear();
        schema = GITHUB_SCHEMA;
        providerName = "GitHub";
        allowedHost = "localhost";
        provider = new Answer(200, "{\"login\":\"octocat\"}", 0, false);
        authorization = "";
    }

    void setSchema(String jsonSchema) {
        schema = jsonSchema;
    }

    void setProviderName(String name) {
        providerName = name;
    }

    void setAllowedHost(String host) {
        allowedHost = host;
    }

    /** Sets the response to the next call of a verb, such as {@code POST capture-credential}. */
    void answersOnce(String verb, int status, String body, int retryAfter) {
        scriptedAnswers.put(verb, new Answer(status, body, retryAfter, false));
    }

    void answersOnce(String verb, int status, String code) {
        answersOnce(verb, status, "{\"error\":\"" + code + "\",\"message\":\"CANARY-message\"}", 0);
    }

    /** Executes the next call of a verb, and delays its response until the test releases it. */
    Delayed delayOnce(String verb) {
        Delayed hold = new Delayed(new CountDownLatch(1), new CountDownLatch(1));
        delayed.put(verb, hold);
        return hold;
    }

    /**
     * Closes the connection of the next call of a verb without a response. If {@code execute} is true, executes the
     * call first.
     */
    void hangsUpOnce(String verb, boolean execute) {
        scriptedAnswers.put(verb, new Answer(execute ? 1 : 0, "", 0, true));
    }

    void setProviderResponse(int status, String body) {
        provider = new Answer(status, body, 0, false);
    }

    /** The received calls in order, in the form {@code POST capture-credential}. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    String authorization() {
        return authorization;
    }

    String status(String id) {
        synchronized (connections) {
            return Objects.requireNonNull(connections.get(id)).path("status").asText();
        }
    }

    /** The connection, as check-connection returns it. */
    String connection(String id) {
        synchronized (connections) {
            return Objects.requireNonNull(connections.get(id)).toString();
        }
    }

    JsonNode credential(String id) {
        return Objects.requireNonNull(credentials.get(id));
    }

    String returnUrl(String id) {
        return Objects.requireNonNull(returnUrls.get(id));
    }

    /** The connections, newest first. */
    List<String> ids() {
        synchronized (connections) {
            List<String> ids = new ArrayList<>(connections.keySet());
            java.util.Collections.reverse(ids);
            return ids;
        }
    }

    /** Captures a credential, as the hosted page does when the user submits it. */
    void finishOnTheHostedPage(String id) {
        synchronized (connections) {
            activate(id, JSON.createObjectNode().put("api_key", "from-the-hosted-page"));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/provider")) {
                authorization =
                        Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "");
                send(exchange, provider);
                return;
            }
            String[] parts = path.split("/", -1);
            String verb = exchange.getRequestMethod() + " " + (parts.length > 2 ? parts[2] : "");
            calls.add(verb);
            Answer scripted = scriptedAnswers.remove(verb);
            if (scripted != null && !(scripted.hangUp() && scripted.status() == 1)) {
                send(exchange, scripted);
                return;
            }
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            Answer answer = API_KEY.equals(exchange.getRequestHeaders().getFirst("X-API-Key"))
                    ? execute(
                            verb,
                            parts.length > 3 ? parts[3] : "",
                            exchange.getRequestURI().getQuery(),
                            body)
                    : error(401, "unauthorized");
            delay(delayed.remove(verb));
            send(exchange, scripted == null ? answer : scripted);
        }
    }

    private static void delay(@Nullable Delayed hold) {
        if (hold == null) {
            return;
        }
        hold.received().countDown();
        try {
            hold.release().await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.hangUp()) {
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (answer.retryAfter() > 0) {
            exchange.getResponseHeaders().set("Retry-After", String.valueOf(answer.retryAfter()));
        }
        byte[] body = answer.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private Answer execute(String verb, String id, @Nullable String query, String body) throws JsonProcessingException {
        synchronized (connections) {
            return switch (verb) {
                case "POST request-connection" -> begin(JSON.readTree(body));
                case "GET capture-schema" ->
                    ofState(Objects.requireNonNull(query).substring("state=".length()), found -> ok(schema));
                case "POST capture-credential" -> {
                    JsonNode form = JSON.readTree(body);
                    yield ofState(form.path("state").asText(), found -> {
                        activate(found, form.path("credentials"));
                        return ok(
                                "{\"connection_id\":\"" + found + "\",\"status\":\"success\",\"redirect_url\":\"x\"}");
                    });
                }
                case "GET check-connection" -> ofId(id, connection -> ok(connection.toString()));
                case "GET token" -> ofId(id, this::token);
                case "DELETE connections" ->
                    ofId(id, connection -> {
                        connection.put("status", "revoked").put("revoked_at", "2026-01-02T10:00:00.000Z");
                        return new Answer(204, "", 0, false);
                    });
                case "GET connections" -> list(Objects.requireNonNull(query));
                case "GET providers" ->
                    ok(JSON.createObjectNode()
                            .set("providers", JSON.createArrayNode().add(provider()))
                            .toString());
                default -> error(404, "not_found");
            };
        }
    }

    /** An operation on a connection. */
    private interface Step<T> {
        Answer of(T connection);
    }

    private Answer ofId(String id, Step<ObjectNode> step) {
        ObjectNode connection = connections.get(id);
        return connection == null ? error(404, "connection_not_found") : step.of(connection);
    }

    private Answer ofState(String state, Step<String> step) {
        String id = states.get(state);
        if (id == null) {
            return error(400, "invalid_state");
        }
        return status(id).equals("pending") ? step.of(id) : error(409, "state_used");
    }

    private Answer begin(JsonNode form) {
        String id = UUID.randomUUID().toString();
        String state = "state-" + UUID.randomUUID();
        ObjectNode connection = JSON.createObjectNode()
                .put("connection_id", id)
                .put("status", "pending")
                .put("workspace_id", form.path("workspace_id").asText())
                .put("created_at", "2026-01-02T09:00:00.000Z");
        connection.set("provider", provider());
        if (form.has("label")) {
            connection.set("label", form.get("label"));
        }
        connections.put(id, connection);
        states.put(state, id);
        returnUrls.put(id, form.path("return_url").asText());
        return ok(JSON.createObjectNode()
                .put("connection_id", id)
                .put("auth_url", origin() + "/auth/capture-schema?state=" + state)
                .toString());
    }

    private void activate(String id, JsonNode credential) {
        ObjectNode now = Objects.requireNonNull(connections.get(id));
        for (ObjectNode other : connections.values()) {
            if (other.path("status").asText().equals("active")
                    && other.path("workspace_id").equals(now.path("workspace_id"))
                    && other.path("label").equals(now.path("label"))) {
                other.put("status", "superseded").put("replaced_by", id);
            }
        }
        now.put("status", "active").put("activated_at", "2026-01-02T09:01:00.000Z");
        credentials.put(id, credential);
    }

    private Answer token(ObjectNode connection) {
        String status = connection.path("status").asText();
        // A superseded connection is usable during its grace period.
        if (!status.equals("active") && !status.equals("superseded")) {
            return error(409, "connection_not_active");
        }
        String id = connection.path("connection_id").asText();
        ObjectNode token = JSON.createObjectNode();
        token.putObject("strategy")
                .put("type", "header")
                .putObject("config")
                .put("header_name", "Authorization")
                .put("credential_field", "api_key")
                .put("value_prefix", "Bearer ");
        token.set("credentials", credential(id));
        token.putArray("allowed_hosts").add(allowedHost);
        if (connection.has("replaced_by")) {
            token.set("replaced_by", connection.get("replaced_by"));
        }
        return ok(token.toString());
    }

    private Answer list(String query) {
        ArrayNode listed = JSON.createArrayNode();
        for (Iterator<String> ids = ids().iterator(); ids.hasNext(); ) {
            ObjectNode connection = Objects.requireNonNull(connections.get(ids.next()));
            if (query.contains("workspace_id=" + connection.path("workspace_id").asText() + "&")) {
                listed.add(connection);
            }
        }
        return ok(JSON.createObjectNode().set("connections", listed).toString());
    }

    private ObjectNode provider() {
        return JSON.createObjectNode()
                .put("id", "4a1d41b0-da3f-4416-8b3e-c6a411ef6933")
                .put("slug", "github")
                .put("name", providerName);
    }

    private static Answer ok(String body) {
        return new Answer(200, body, 0, false);
    }

    private static Answer error(int status, String code) {
        return new Answer(status, "{\"error\":\"" + code + "\",\"message\":\"CANARY-message\"}", 0, false);
    }
}
