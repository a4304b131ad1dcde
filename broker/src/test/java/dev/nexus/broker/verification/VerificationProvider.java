package dev.nexus.broker.verification;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.connection.CheckConnection;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.outbound.HostAddresses;
import dev.nexus.broker.provider.PutProvider;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.KnownHosts;
import dev.nexus.broker.testing.LogLines;
import dev.nexus.broker.testing.ScriptedProvider;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.Dependent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The provider of the verification tests: a real HTTPS server on 127.0.0.1, its registration, and connections to it.
 * Each test has an instance with a separate provider slug and separate host names. A test class starts and stops the
 * servers.
 */
@Dependent
class VerificationProvider {

    static final String SECRET = "canary-3f9c2d";

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    static final Path CERTIFICATE =
            ScriptedProvider.certificate(Path.of("target/verification-test"), "provider.test", "other.test");

    @SuppressWarnings("NullAway.Init")
    private static ScriptedProvider server;

    @SuppressWarnings("NullAway.Init")
    private static ScriptedProvider redirectedTo;

    private final PutProvider put;
    private final CheckConnection check;
    private final Flow flow;
    private final ObjectMapper json;
    private final String slug = "provider-" + UUID.randomUUID().toString().substring(0, 8);
    private final KnownHosts names;
    private final LogLines lines = LogLines.openForAll();

    VerificationProvider(PutProvider put, CheckConnection check, Flow flow, ObjectMapper json, Vertx vertx) {
        this.put = put;
        this.check = check;
        this.flow = flow;
        this.json = json;
        this.names = new KnownHosts(
                vertx, Map.of("provider.test", List.of("127.0.0.1"), "other.test", List.of("127.0.0.1")));
    }

    /**
     * Settings that allow 127.0.0.1, which is the provider's address, and two addresses without a server. The class is
     * not final, so that a test can add settings.
     */
    public static class Profile implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "nexus.verification.enabled",
                    "true",
                    "nexus.verification.hosts",
                    "provider.test,impostor.test,other.test",
                    "nexus.verification.timeout",
                    TIMEOUT.toString(),
                    "nexus.verification.allowed-addresses",
                    "127.0.0.1,127.0.0.3,fd00:dead::1",
                    "nexus.verification.tls-configuration-name",
                    "provider",
                    "quarkus.tls.provider.trust-store.p12.path",
                    CERTIFICATE.toAbsolutePath().toString(),
                    "quarkus.tls.provider.trust-store.p12.password",
                    "changeit");
        }
    }

    static void listen() {
        server = ScriptedProvider.start(CERTIFICATE, "127.0.0.1");
        redirectedTo = ScriptedProvider.start(CERTIFICATE, "127.0.0.1");
        server.redirectTo("https://other.test:" + redirectedTo.port() + "/200");
    }

    static void close() {
        server.close();
        redirectedTo.close();
    }

    static ScriptedProvider server() {
        return server;
    }

    /** The target of the provider's redirect. The Broker must not follow it. */
    static ScriptedProvider redirectedTo() {
        return redirectedTo;
    }

    /** Makes the Broker resolve names with {@link #names}. */
    void installNames() {
        QuarkusMock.installMockForType(names, HostAddresses.class);
    }

    /** All lines that were logged during the test. Stops the recording. */
    List<String> stopLog() {
        lines.close();
        return lines.all();
    }

    KnownHosts names() {
        return names;
    }

    String slug() {
        return slug;
    }

    void register(String host, String verification) {
        register(ACME, host, verification);
    }

    void register(Caller caller, String host, String verification) {
        register(caller, host, "{\"type\": \"header\"}", verification);
    }

    void register(Caller caller, String host, String strategy, String verification) {
        String body =
                """
            {"name": "Verified", "auth_type": "api_key", "strategy": %s,
             "credential_schema": {"type": "object", "required": ["api_key"%s],
                                   "properties": {"api_key": {"type": "string"}, "host": {"type": "string"}}},
             "base_url": "https://%s:%d/api", "verification": %s}
            """.formatted(strategy, host.equals("{host}") ? ", \"host\"" : "", host, server.port(), verification);
        await(put.run(caller, slug, new Precondition(null, null), body.getBytes(UTF_8)));
    }

    UUID connect() {
        return flow.capture(ACME, await(flow.beginning(ACME, slug, slug)), SECRET)
                .connectionId();
    }

    JsonNode connectionView(UUID connection) {
        return json.valueToTree(await(check.run(ACME, connection.toString())));
    }

    /** The status and the reason of the last verification. */
    String verification(UUID connection) {
        JsonNode verification = connectionView(connection).path("verification");
        assertThat(verification.path("checked_at").textValue()).endsWith("Z");
        return verification.path("status").textValue() + " "
                + verification.path("reason").asText("");
    }

    /** The number of stored credentials. */
    long storedCredentials() {
        return flow.count(
                "select count(*) from credential k join connection c on c.id = k.connection_id where c.workspace_id ="
                        + " $1",
                slug);
    }

    /** The last request that the provider received. */
    String lastRequest() {
        return server.requests().get(server.requests().size() - 1);
    }
}
