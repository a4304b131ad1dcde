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
 * A Gateway over real HTTP that keeps connections as the API says and answers out of turn where a test tells it to; at
 * /provider it is the provider, too. The real Gateway is what the end-to-end tests run.
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
    private final Map<String, Answer> outOfTurn = new ConcurrentHashMap<>();
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String schema = GITHUB_SCHEMA;
    private volatile String providerName = "GitHub";
    private volatile String allowedHost = "localhost";
    private volatile Answer provider = new Answer(200, "{\"login\":\"octocat\"}", 0, false);
    private volatile String authorization = "";
    private @Nullable HttpServer server;

    /** An answer; {@code hangUp} ends the conversation instead, once the request was carried out. */
    record Answer(int status, String body, int retryAfter, boolean hangUp) {}

    /** An answer that is kept back: it was {@code asked} for, and {@code goesOn} once that is counted down. */
    record Held(CountDownLatch asked, CountDownLatch goesOn) {}

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
        outOfTurn.clear();
        held.clear();
        asked.clear();
        schema = GITHUB_SCHEMA;
        providerName = "GitHub";
        allowedHost = "localhost";
        provider = new Answer(200, "{\"login\":\"octocat\"}", 0, false);
        authorization = "";
    }

    void asksFor(String jsonSchema) {
        schema = jsonSchema;
    }

    void namesTheProvider(String name) {
        providerName = name;
    }

    void allowsTheCredentialAt(String host) {
        allowedHost = host;
    }

    /** What the next call of a verb is answered, such as {@code POST capture-credential}. */
    void answersOnce(String verb, int status, String body, int retryAfter) {
        outOfTurn.put(verb, new Answer(status, body, retryAfter, false));
    }

    void answersOnce(String verb, int status, String code) {
        answersOnce(verb, status, "{\"error\":\"" + code + "\",\"message\":\"CANARY-message\"}", 0);
    }

    /** Carries the next call of a verb out, and keeps its answer back until the test lets it go. */
    Held holdsOnce(String verb) {
        Held hold = new Held(new CountDownLatch(1), new CountDownLatch(1));
        held.put(verb, hold);
        return hold;
    }

    /** Carries the next call of a verb out, where {@code first}, and hangs up. */
    void hangsUpOnce(String verb, boolean first) {
        outOfTurn.put(verb, new Answer(first ? 1 : 0, "", 0, true));
    }

    void theProviderAnswers(int status, String body) {
        provider = new Answer(status, body, 0, false);
    }

    /** What came, as {@code POST capture-credential}, in its order. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    String authorization() {
        return authorization;
    }

    String status(String id) {
        synchronized (connections) {
            return Objects.requireNonNull(connections.get(id)).path("status").asText();
        }
    }

    /** The connection as check-connection answers it now. */
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

    /** The connections, the newest first. */
    List<String> ids() {
        synchronized (connections) {
            List<String> ids = new ArrayList<>(connections.keySet());
            java.util.Collections.reverse(ids);
            return ids;
        }
    }

    /** What the hosted page does when the user has entered the credential. */
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
            asked.add(verb);
            Answer scripted = outOfTurn.remove(verb);
            if (scripted != null && !(scripted.hangUp() && scripted.status() == 1)) {
                send(exchange, scripted);
                return;
            }
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            Answer answer = API_KEY.equals(exchange.getRequestHeaders().getFirst("X-API-Key"))
                    ? carriedOut(
                            verb,
                            parts.length > 3 ? parts[3] : "",
                            exchange.getRequestURI().getQuery(),
                            body)
                    : error(401, "unauthorized");
            keepBack(held.remove(verb));
            send(exchange, scripted == null ? answer : scripted);
        }
    }

    private static void keepBack(@Nullable Held hold) {
        if (hold == null) {
            return;
        }
        hold.asked().countDown();
        try {
            hold.goesOn().await();
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

    private Answer carriedOut(String verb, String id, @Nullable String query, String body)
            throws JsonProcessingException {
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

    /** One thing done to a connection. */
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
        // What was superseded serves through its grace.
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
