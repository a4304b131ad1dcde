package dev.nexus.broker.webhook.delivery;

import static dev.nexus.broker.testing.Flow.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.connection.SweepOnce;
import dev.nexus.broker.connection.VerifyConnection;
import dev.nexus.broker.provider.DeleteProvider;
import dev.nexus.broker.provider.PutProvider;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.SigningSecrets;
import dev.nexus.broker.webhook.delivery.Receiver.Received;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Delivers events over TLS to a test server. Real use cases make the changes. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(WebhookDeliveryTestSupport.Profile.class)
class WebhookDeliveryTest extends WebhookDeliveryTestSupport {

    @Inject
    PutProvider putProvider;

    @Inject
    DeleteProvider deleteProvider;

    @Inject
    VerifyConnection verify;

    @Inject
    SweepOnce sweeper;

    @Inject
    SigningSecrets secrets;

    @Inject
    MeterRegistry meters;

    @Test
    void each_change_is_delivered_immediately_with_a_signature_and_without_the_credential() {
        String secret = webhook.putUrl(receiver.url(tenant, "200"));

        UUID first = flow.connect(caller, workspace, CREDENTIAL);
        webhook.awaitReceived(1);
        UUID second = flow.connect(caller, workspace, CREDENTIAL);
        webhook.awaitReceived(3);
        flow.revoke(caller, second);
        List<Received> received = webhook.awaitReceived(5);

        assertThat(webhook.receivedEvents())
                .containsExactlyInAnyOrder(
                        "connection.activated " + first,
                        "connection.superseded " + first,
                        "connection.activated " + second,
                        "connection.revoked " + second,
                        "connection.revoked " + first);
        assertThat(received).allMatch(request -> request.isSignedBy(secret));
        assertThat(received).noneMatch(request -> request.toString().contains(CREDENTIAL));
        assertThat(received).allMatch(request -> request.header("Content-Type").equals("application/json"));
        assertThat(received.stream().map(Received::id).distinct()).hasSize(5);
        webhook.awaitEvents("delivered", 5);
        assertThat(webhook.audited("webhook.delivered", "success")).isEqualTo(5);
        Received superseded = received.stream()
                .filter(request -> request.body().contains("connection.superseded"))
                .findFirst()
                .orElseThrow();
        assertThat(webhook.data(superseded).path("status").asText()).isEqualTo("superseded");
        assertThat(webhook.data(superseded).path("replaced_by").asText()).isEqualTo(second.toString());
        assertThat(webhook.data(superseded).path("workspace_id").asText()).isEqualTo(workspace);
        assertThat(webhook.data(superseded).at("/provider/slug").asText()).isEqualTo("api-key");
    }

    @Test
    void a_credential_that_the_provider_rejects_is_reported_at_the_capture_and_later() {
        webhook.putUrl(receiver.url(tenant, "200"));
        String slug = "verified";
        Flow.await(
                putProvider.run(caller, slug, NONE, """
                {"name": "Verified", "auth_type": "api_key", "strategy": {"type": "header"},
                 "credential_schema": {"type": "object", "required": ["api_key"],
                                       "properties": {"api_key": {"type": "string"}}},
                 "base_url": "https://receiver.test:%d", "verification": {"path": "/401"}}
                """.formatted(other.port()).getBytes(UTF_8)));
        RequestedConnection requested = Flow.await(flow.beginning(caller, workspace, slug));

        assertThat(refusal(flow.capturing(caller, requested, CREDENTIAL))).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
        Received atCapture = webhook.awaitReceived(1).get(0);
        setVerificationPath("/200");
        flow.capture(caller, requested, CREDENTIAL);
        webhook.awaitReceived(2);
        Flow.await(verify.run(caller, requested.connectionId().toString()));
        setVerificationPath("/503");
        Flow.await(verify.run(caller, requested.connectionId().toString()));
        setVerificationPath("/401");
        Flow.await(verify.run(caller, requested.connectionId().toString()));
        Received later = webhook.awaitReceived(3).get(2);

        assertThat(atCapture.body()).contains("connection.verification_failed");
        assertThat(webhook.data(atCapture).path("status").asText()).isEqualTo("pending");
        assertThat(later.body()).contains("connection.verification_failed");
        assertThat(webhook.data(later).path("status").asText()).isEqualTo("active");
        assertThat(flow.count("select count(*) from webhook_event where tenant = $1", tenant))
                .as("a rejection has an event, but an accepted or inconclusive verification has none")
                .isEqualTo(3);
    }

    @Test
    void connections_of_a_deleted_provider_are_reported_as_revoked() {
        webhook.putUrl(receiver.url(tenant, "200"));
        Flow.await(putProvider.run(caller, "own", NONE, """
                {"name": "Own", "auth_type": "api_key", "strategy": {"type": "header"},
                 "credential_schema": {"type": "object", "required": ["api_key"],
                                       "properties": {"api_key": {"type": "string"}}}}
                """.getBytes(UTF_8)));
        UUID connection = flow.capture(caller, Flow.await(flow.beginning(caller, workspace, "own")), CREDENTIAL)
                .connectionId();
        Flow.await(deleteProvider.run(caller, "own", NONE, true));

        Flow.await(sweeper.run());

        webhook.awaitReceived(2);
        assertThat(webhook.receivedEvents()).contains("connection.revoked " + connection);
    }

    @Test
    void a_tenant_without_a_webhook_has_no_event_and_no_other_webhook_receives_one() {
        Caller withoutWebhook = new Caller("other-" + tenant, "k", "r");
        webhook.putUrl(receiver.url(tenant, "200"));

        flow.connect(withoutWebhook, workspace, CREDENTIAL);
        flow.connect(caller, workspace, CREDENTIAL);

        webhook.awaitReceived(1);
        assertThat(webhook.receivedEvents()).hasSize(1);
        assertThat(flow.count("select count(*) from webhook_event where tenant = $1", withoutWebhook.tenant()))
                .isZero();
    }

    @Test
    void replicas_that_share_the_outbox_send_each_event_once() {
        webhook.putUrl(receiver.url(tenant, "200"));
        List<WebhookScheduler> replicas = List.of(scheduler(secrets), scheduler(secrets), scheduler(secrets));
        flow.sql("""
                insert into webhook_event (id, endpoint_id, tenant, type, connection_id, workspace_id, provider_id, label,
                                           connection_status)
                select gen_random_uuid(), e.id, e.tenant, 'connection.revoked', gen_random_uuid(), 'w', p.id, '', 'revoked'
                from webhook_endpoint e, provider p, generate_series(1, 80)
                where e.tenant = $1 and p.slug = 'api-key' and p.tenant is null
                """, tenant);

        List<Uni<Void>> polls = replicas.stream().map(WebhookScheduler::poll).toList();
        Flow.await(Uni.join().all(polls).andFailFast());

        webhook.awaitEvents("delivered", 80);
        List<String> ids = receiver.received(tenant).stream().map(Received::id).toList();
        assertThat(ids).hasSize(80).doesNotHaveDuplicates();
        assertThat(webhook.audited("webhook.delivered", "success")).isEqualTo(80);
    }

    @Test
    void a_deleted_webhook_receives_nothing_and_its_secrets_are_deleted() {
        webhook.putUrl(receiver.url(tenant, "500"));
        flow.connect(caller, workspace, CREDENTIAL);
        webhook.awaitReceived(1);

        Flow.await(delete.run(caller, NONE));

        assertThat(refusal(show.run(tenant))).isEqualTo(ErrorCode.WEBHOOK_NOT_FOUND);
        assertThat(flow.count("select count(*) from webhook_secret where tenant = $1", tenant))
                .isZero();
        webhook.awaitEvents("failed", 1);
        int sent = receiver.received(tenant).size();
        flow.connect(caller, workspace, CREDENTIAL);
        assertThat(flow.count("select count(*) from webhook_event where tenant = $1", tenant))
                .isEqualTo(1);
        assertThat(receiver.received(tenant)).hasSize(sent);
        assertThat(webhook.audited("webhook.deleted", "success")).isEqualTo(1);
    }

    @Test
    void pending_events_and_outcomes_are_measured() {
        double before = deliveries("delivered");
        webhook.putUrl(receiver.url(tenant, "200"));
        flow.connect(caller, workspace, CREDENTIAL);
        webhook.awaitEvents("delivered", 1);
        assertThat(deliveries("delivered")).isGreaterThan(before);

        flow.sql("""
                insert into webhook_event (id, endpoint_id, tenant, type, occurred_at, connection_id, workspace_id,
                                           provider_id, label, connection_status, next_attempt_at)
                values (gen_random_uuid(), gen_random_uuid(), $1, 'connection.revoked', now() - interval '2 hours',
                        gen_random_uuid(), 'w', gen_random_uuid(), '', 'revoked', now() + interval '1 hour')
                """, tenant);
        Flow.await(metrics.measure());

        assertThat(meters.get("nexus.webhooks.pending").gauge().value()).isGreaterThanOrEqualTo(1);
        assertThat(meters.get("nexus.webhooks.oldest.pending").gauge().value()).isGreaterThanOrEqualTo(7_200);
        assertThat(meters.get("nexus.webhooks.overdue").gauge().value()).isLessThan(60);
        flow.sql("delete from webhook_event where tenant = $1", tenant);
    }

    @Test
    void each_outcome_has_a_metric_from_startup() {
        Set<String> outcomes = meters.get("nexus.webhooks.deliveries").counters().stream()
                .map(counter -> String.valueOf(counter.getId().getTag("outcome")))
                .collect(Collectors.toSet());

        assertThat(outcomes)
                .containsExactlyInAnyOrder(
                        "delivered",
                        "gone",
                        "rejected",
                        "timeout",
                        "unreachable",
                        "address_refused",
                        "unsigned",
                        "no_endpoint");
    }

    private WebhookScheduler scheduler(SigningSecrets signing) {
        return new WebhookScheduler(statements, batches(signing), config, databaseErrors);
    }

    private void setVerificationPath(String path) {
        flow.sql(
                "update provider_version set verification = replace(replace(replace(verification, '/401', $2), '/200', $2),"
                        + " '/503', $2) where provider_id = (select id from provider where tenant = $1)",
                tenant,
                path);
    }

    private double deliveries(String outcome) {
        return meters.get("nexus.webhooks.deliveries")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
