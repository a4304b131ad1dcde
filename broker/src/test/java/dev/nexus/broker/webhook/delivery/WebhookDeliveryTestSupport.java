package dev.nexus.broker.webhook.delivery;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.outbound.HostAddresses;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.DeleteWebhook;
import dev.nexus.broker.webhook.PutWebhook;
import dev.nexus.broker.webhook.SecretStatements;
import dev.nexus.broker.webhook.ShowWebhook;
import dev.nexus.broker.webhook.SigningSecrets;
import dev.nexus.broker.webhook.StoredEndpoint;
import dev.nexus.broker.webhook.WebhookConfig;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * The receivers and the beans of tests that deliver webhooks over TLS. Each test has a separate tenant. A class does
 * not inherit the Quarkus annotations of its superclass. Therefore, each test class needs
 * {@code @TestProfile(WebhookDeliveryTestSupport.Profile.class)}.
 */
abstract class WebhookDeliveryTestSupport {

    static final String CREDENTIAL = "canary-81ab4e";
    static final Precondition NONE = new Precondition(null, null);
    static final Duration PATIENCE = Duration.ofSeconds(30);

    static Receiver receiver;

    /** The target of the redirects of {@link #receiver}. */
    static Receiver other;

    private static Vertx vertx;

    /** Settings that allow 127.0.0.1 in addition to public addresses, with three attempts within seconds. */
    public static final class Profile implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            String certificate = Receiver.CERTIFICATE.toAbsolutePath().toString();
            return Map.ofEntries(
                    Map.entry("quarkus.scheduler.enabled", "true"),
                    Map.entry("nexus.webhook.timeout", "PT2S"),
                    Map.entry("nexus.webhook.max-calls-per-endpoint", "4"),
                    Map.entry("nexus.webhook.retries", "PT0.1S,PT0.2S"),
                    Map.entry("nexus.webhook.allowed-addresses", "127.0.0.1"),
                    Map.entry("nexus.webhook.tls-configuration-name", "receiver"),
                    Map.entry("nexus.verification.enabled", "true"),
                    Map.entry("nexus.verification.allowed-addresses", "127.0.0.1"),
                    Map.entry("nexus.verification.tls-configuration-name", "receiver"),
                    Map.entry("quarkus.tls.receiver.trust-store.p12.path", certificate),
                    Map.entry("quarkus.tls.receiver.trust-store.p12.password", "changeit"));
        }
    }

    @Inject
    Flow flow;

    @Inject
    PutWebhook put;

    @Inject
    ShowWebhook show;

    @Inject
    DeleteWebhook delete;

    @Inject
    DeliveryStatements statements;

    @Inject
    SecretStatements sealedSecrets;

    @Inject
    StoredEndpoint endpoints;

    @Inject
    WebhookScheduler polling;

    @Inject
    SendDelivery send;

    @Inject
    DeliveryMetrics metrics;

    @Inject
    WebhookConfig config;

    @Inject
    DatabaseErrors databaseErrors;

    @Inject
    ObjectMapper json;

    final String tenant = "tenant-" + UUID.randomUUID();
    final Caller caller = new Caller(tenant, "keykeykeykey", "request");
    final String workspace = "workspace";

    TenantWebhook webhook;

    @BeforeAll
    static void listen() {
        vertx = Vertx.vertx();
        receiver = new Receiver();
        other = new Receiver();
        receiver.redirectTo("https://receiver.test:" + other.port() + "/200");
    }

    @AfterAll
    static void end() {
        receiver.close();
        other.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void begin() {
        QuarkusMock.installMockForType(Receiver.hosts(vertx), HostAddresses.class);
        webhook = new TenantWebhook(caller, receiver, flow, put, show, polling, json);
    }

    /** Inserts an event that was rejected once and is due in an hour. */
    UUID insertWaitingEvent() {
        UUID id = UUID.randomUUID();
        flow.sql("""
                insert into webhook_event (id, endpoint_id, tenant, type, connection_id, workspace_id, provider_id, label,
                                           connection_status, attempts, last_outcome, next_attempt_at)
                values ($1, $2, $3, 'connection.revoked', gen_random_uuid(), 'w', gen_random_uuid(), '',
                        'revoked', 1, 'rejected', now() + interval '1 hour')
                """, id, endpoint(), tenant);
        return id;
    }

    UUID endpoint() {
        return endpoints.id(tenant);
    }

    BatchDelivery batches(SigningSecrets secrets) {
        return new BatchDelivery(statements, sealedSecrets, secrets, send, metrics, config, databaseErrors);
    }
}
