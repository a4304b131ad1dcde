package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RouteLoad;
import dev.nexus.e2e.support.Scrape;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The requests in progress that both services count and limit. */
@ExtendWith(NexusExtension.class)
class RequestSlotsIT {

    private static final int REQUESTS = 400;

    private static double active(ServiceProcess service) {
        return Scrape.of(service).value("nexus_requests_active");
    }

    @Test
    void no_request_stays_in_progress_after_answers_time_outs_and_disconnects() throws Exception {
        Nexus nexus = NexusExtension.nexus();
        Backend acme = NexusExtension.acme();
        List<HttpRequest> routes = RouteLoad.requestsToManyRoutes(acme);
        HttpClient http = HttpClient.newHttpClient();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();

        try (PoolBlocker blocker = PoolBlocker.lock(nexus)) {
            for (int i = 0; i < REQUESTS; i++) {
                answers.add(http.sendAsync(routes.get(i % routes.size()), HttpResponse.BodyHandlers.ofString()));
            }
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> active(nexus.gateway()) > 20 && active(nexus.broker()) > 20);
            for (int i = 0; i < REQUESTS; i += 2) {
                // The client closes the connection.
                answers.get(i).cancel(true);
            }
            blocker.release();
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> answers.stream().allMatch(CompletableFuture::isDone));
        await().atMost(Duration.ofSeconds(30)).until(() -> active(nexus.gateway()) == 0 && active(nexus.broker()) == 0);
        assertThat(answers).anyMatch(CompletableFuture::isCancelled).anyMatch(answer -> !answer.isCancelled());
    }
}
