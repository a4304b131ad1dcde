package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.WebhookReceiver;
import dev.nexus.e2e.support.WebhookReceiver.Received;
import dev.nexus.launcher.Nexus;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A receiver that is down for a minute, with the default retry schedule. */
@Tag("soak")
class WebhooksSoakIT {

    @Test
    void receiver_that_is_down_for_a_minute_gets_each_event() throws Exception {
        try (WebhookReceiver receiver = WebhookReceiver.start(
                        Path.of("target", "e2e", "receiver-soak").toAbsolutePath());
                Nexus nexus = NexusExtension.start("webhooks-soak", receiver.settings())) {
            Backend acme = NexusExtension.backend(nexus, 0);
            String secret = acme.request()
                    .contentType(ContentType.JSON)
                    .body("{\"url\":\"" + receiver.url() + "\"}")
                    .put("/v1/webhook")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("secret");
            receiver.down();
            long since = System.nanoTime();
            Set<String> connections = new TreeSet<>();
            while (System.nanoTime() - since < TimeUnit.SECONDS.toNanos(60)) {
                connections.add(acme.connect(Backend.workspace(), "k"));
                TimeUnit.MILLISECONDS.sleep(500);
            }
            receiver.up();

            await().atMost(Duration.ofMinutes(5))
                    .until(() -> NexusExtension.rows(nexus, "select id from webhook_event where status <> 'delivered'")
                            .isEmpty());
            List<Received> received = receiver.received();
            assertThat(received.stream()
                            .map(request -> JsonPath.from(request.body()).getString("data.connection_id"))
                            .collect(Collectors.toSet()))
                    .isEqualTo(connections);
            assertThat(received).allMatch(request -> request.isSignedBy(secret));
            assertThat(received.stream().map(Received::id)).doesNotHaveDuplicates();
        }
    }
}
