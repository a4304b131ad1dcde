package dev.nexus.broker.webhook.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.webhook.PutWebhook;
import dev.nexus.broker.webhook.ShowWebhook;
import dev.nexus.broker.webhook.ShownWebhook;
import dev.nexus.broker.webhook.delivery.Receiver.Received;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** Sets the webhook URL of one tenant, and shows the webhook and its events. For tests. */
final class TenantWebhook {

    private static final Precondition NONE = new Precondition(null, null);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String tenant;
    private final Caller caller;
    private final Receiver receiver;
    private final Flow flow;
    private final PutWebhook put;
    private final ShowWebhook show;
    private final WebhookScheduler scheduler;
    private final ObjectMapper json;

    TenantWebhook(
            Caller caller,
            Receiver receiver,
            Flow flow,
            PutWebhook put,
            ShowWebhook show,
            WebhookScheduler scheduler,
            ObjectMapper json) {
        this.tenant = caller.tenant();
        this.caller = caller;
        this.receiver = receiver;
        this.flow = flow;
        this.put = put;
        this.show = show;
        this.scheduler = scheduler;
        this.json = json;
    }

    /** Sets the URL. Returns the secret if the webhook is new, otherwise an empty text. */
    String putUrl(String url) {
        return secret(Flow.await(put.run(caller, NONE, body(url))).webhook());
    }

    static byte[] body(String url) {
        return ("{\"url\":\"" + url + "\"}").getBytes(UTF_8);
    }

    JsonNode view(ShownWebhook shown) {
        return json.valueToTree(shown.view());
    }

    String secret(ShownWebhook shown) {
        return view(shown).path("secret").asText();
    }

    JsonNode shown() {
        return view(Flow.await(show.run(tenant)));
    }

    List<Received> awaitReceived(int count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> receiver.received(tenant).size() >= count);
        return receiver.received(tenant);
    }

    /** Waits for events. Polls for due events more often than the schedule does. */
    void awaitEvents(String status, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            scheduler.schedulePoll();
            assertThat(events(status)).as(this::states).isEqualTo(count);
        });
    }

    String states() {
        return flow
                .sql(
                        "select status || ' ' || attempts || ' ' || coalesce(last_outcome, '-') || ': ' || count(*)"
                                + " from webhook_event where tenant = $1 group by status, attempts, last_outcome",
                        tenant)
                .stream()
                .map(row -> row.getString(0))
                .toList()
                .toString();
    }

    long events(String status) {
        return flow.count("select count(*) from webhook_event where tenant = $1 and status = $2", tenant, status);
    }

    long audited(String action, String outcome) {
        return flow.count(
                "select count(*) from audit_event where tenant = $1 and action = $2 and outcome = $3",
                tenant,
                action,
                outcome);
    }

    String lastOutcome() {
        return flow.sql("select last_outcome from webhook_event where tenant = $1", tenant)
                .iterator()
                .next()
                .getString(0);
    }

    JsonNode data(Received request) {
        try {
            return json.readTree(request.body()).path("data");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    List<String> receivedEvents() {
        return receiver.received(tenant).stream()
                .map(request -> {
                    try {
                        return json.readTree(request.body()).path("type").asText() + " "
                                + data(request).path("connection_id").asText();
                    } catch (JsonProcessingException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .sorted()
                .toList();
    }
}
