package dev.nexus.broker.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.delivery.Receiver.Received;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deliveries to receivers that fail, move, or are slow. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(WebhookDeliveryTestSupport.Profile.class)
class WebhookReceiverTest extends WebhookDeliveryTestSupport {

    @ParameterizedTest
    @CsvSource({
        "500, rejected",
        "404, rejected",
        "302, rejected",
        "redirect, rejected",
        "closed, unreachable",
        "garbage, unreachable",
        "hang, timeout",
        "slow-head, timeout"
    })
    void a_failed_delivery_is_retried_with_the_same_id_until_the_last_attempt(String script, String outcome) {
        String secret = webhook.putUrl(receiver.url(tenant, script));

        UUID connection = flow.connect(caller, workspace, CREDENTIAL);

        webhook.awaitEvents("failed", 1);
        List<Received> received = receiver.received(tenant);
        assertThat(received).hasSize(3).allMatch(request -> request.isSignedBy(secret));
        assertThat(received.stream()
                        .map(request -> request.id() + request.body())
                        .distinct())
                .hasSize(1);
        assertThat(webhook.lastOutcome()).isEqualTo(outcome);
        assertThat(webhook.audited("webhook.failed", "failure")).isEqualTo(1);
        assertThat(flow.status(connection)).isEqualTo("active");
        assertThat(other.received(tenant)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"big", "slow-body", "201"})
    void each_2xx_response_completes_the_delivery_even_with_a_large_or_slow_body(String script) {
        String url = receiver.url(tenant, script);
        webhook.putUrl(url);

        flow.connect(caller, workspace, CREDENTIAL);

        webhook.awaitEvents("delivered", 1);
        assertThat(receiver.received(tenant)).hasSize(1);
    }

    @Test
    void a_waiting_event_is_delivered_to_the_new_url() {
        webhook.putUrl(receiver.url(tenant, "500"));
        UUID id = insertWaitingEvent();
        assertThat(webhook.shown().path("last_failure").asText()).isEqualTo("rejected");

        String none = webhook.putUrl(receiver.url(tenant, "moved/200"));
        flow.sql("update webhook_event set next_attempt_at = now() where id = $1", id);

        assertThat(none).as("no new secret is created").isEmpty();
        webhook.awaitEvents("delivered", 1);
        assertThat(receiver.received(tenant)).singleElement().satisfies(request -> {
            assertThat(request.path()).endsWith("/moved/200");
            assertThat(request.id()).isEqualTo(id.toString());
        });
        assertThat(webhook.shown().path("pending").asLong()).isZero();
    }

    @Test
    void a_gone_response_disables_the_webhook_until_its_url_is_set_again() {
        webhook.putUrl(receiver.url(tenant, "410"));
        flow.connect(caller, workspace, CREDENTIAL);

        webhook.awaitEvents("failed", 1);
        assertThat(webhook.shown().path("status").asText()).isEqualTo("disabled");
        assertThat(webhook.audited("webhook.disabled", "success")).isEqualTo(1);
        flow.connect(caller, workspace, CREDENTIAL);
        assertThat(flow.count("select count(*) from webhook_event where tenant = $1", tenant))
                .isEqualTo(1);

        webhook.putUrl(receiver.url(tenant, "200"));

        assertThat(webhook.shown().path("status").asText()).isEqualTo("enabled");
        flow.connect(caller, workspace, CREDENTIAL);
        webhook.awaitEvents("delivered", 2);
    }

    @Test
    @Promise(27)
    void a_host_with_a_private_address_is_not_called() {
        webhook.putUrl("https://private.test:" + receiver.port() + "/" + tenant + "/200");
        int before = receiver.connections();

        flow.connect(caller, workspace, CREDENTIAL);

        webhook.awaitEvents("failed", 1);
        assertThat(webhook.lastOutcome()).isEqualTo("address_refused");
        assertThat(receiver.received(tenant)).isEmpty();
        assertThat(receiver.connections()).isEqualTo(before);
    }

    @Test
    void a_slow_receiver_does_not_delay_other_receivers() {
        Caller slow = new Caller("slow-" + tenant, "k", "r");
        Flow.await(put.run(slow, NONE, TenantWebhook.body(receiver.url(slow.tenant(), "hang"))));
        for (int i = 0; i < 20; i++) {
            flow.connect(slow, "workspace-" + i, CREDENTIAL);
        }
        Awaitility.await().until(() -> !receiver.received(slow.tenant()).isEmpty());
        webhook.putUrl(receiver.url(tenant, "200"));

        flow.connect(caller, workspace, CREDENTIAL);
        webhook.awaitReceived(1);

        assertThat(flow.count("select count(*) from webhook_event where tenant = $1 and attempts = 0", slow.tenant()))
                .as("older events that wait for the slow receiver")
                .isGreaterThan(10);
        Flow.await(delete.run(slow, NONE));
        // Waits for the polls that end these events, because they would claim the next test's events too.
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> flow.count(
                                "select count(*) from webhook_event where tenant = $1 and status = 'pending'",
                                slow.tenant())
                        == 0);
    }
}
