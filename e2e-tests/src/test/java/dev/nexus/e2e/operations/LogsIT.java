package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.RealVault;
import dev.nexus.launcher.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Production logs: each line is JSON, and each line of a request has its request id, tenant and trace id. */
@ExtendWith({RealVault.Needed.class, ObservedNexus.class})
class LogsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int CONCURRENCY = 16;
    private static final int REQUESTS_PER_TENANT = 50;

    /** A log line of a request. */
    private record Line(String requestId, String tenant, String trace, String message) {

        static Line of(JsonNode line) {
            JsonNode context = line.path("mdc");
            return new Line(
                    context.path("requestId").asText(),
                    context.path("tenant").asText(),
                    context.path("traceId").asText(),
                    line.path("message").asText());
        }
    }

    private static List<JsonNode> lines(ServiceProcess service) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(service.log())) {
            if (line.startsWith("WARNING: ")) {
                // Newer Java versions print warnings about a library before logging starts.
                continue;
            }
            try {
                lines.add(JSON.readTree(line));
            } catch (JsonProcessingException notJson) {
                throw new AssertionError("The log line is not JSON: " + line, notJson);
            }
        }
        return lines;
    }

    private static List<Line> linesOf(ServiceProcess service, String requestIds) throws IOException {
        return lines(service).stream()
                .map(Line::of)
                .filter(line -> line.requestId().startsWith(requestIds))
                .toList();
    }

    /** Creates a connection with a corrupt credential: reading it makes both services log an error. */
    private static String connectWithCorruptCredential(Backend backend) {
        String workspace = Backend.workspace();
        String id = backend.connect(workspace, "k");
        ObservedNexus.corruptCredentials(workspace);
        return id;
    }

    @Test
    void production_log_lines_are_json_with_time_level_and_logger() throws IOException {
        for (ServiceProcess service :
                List.of(ObservedNexus.nexus().broker(), ObservedNexus.nexus().gateway())) {
            assertThat(lines(service)).isNotEmpty().allSatisfy(line -> {
                assertThat(line.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*");
                assertThat(line.path("level").asText()).isNotEmpty();
                assertThat(line.path("loggerName").asText()).isNotEmpty();
                assertThat(line.has("message")).isTrue();
            });
        }
    }

    @Test
    void log_lines_of_a_request_have_its_id_tenant_and_trace_in_both_services() throws IOException {
        String requestId = "one-request";
        String id = connectWithCorruptCredential(ObservedNexus.acme());

        ObservedNexus.acme()
                .request()
                .header("X-Request-Id", requestId)
                .get("/v1/token/{id}", id)
                .then()
                .statusCode(500);

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(linesOf(ObservedNexus.nexus().broker(), requestId)).isNotEmpty();
            assertThat(linesOf(ObservedNexus.nexus().gateway(), requestId)).isNotEmpty();
        });
        List<Line> both = Stream.concat(
                        linesOf(ObservedNexus.nexus().broker(), requestId).stream(),
                        linesOf(ObservedNexus.nexus().gateway(), requestId).stream())
                .toList();
        assertThat(both).extracting(Line::tenant).containsOnly("acme");
        assertThat(both)
                .extracting(Line::trace)
                .containsOnly(both.get(0).trace())
                .first()
                .asString()
                .matches("[0-9a-f]{32}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ObservedNexus.traces().spans())
                        .anyMatch(span -> span.trace().equals(both.get(0).trace())));
    }

    @Test
    void concurrent_requests_of_two_tenants_keep_separate_log_contexts() throws Exception {
        Map<String, Backend> tenants = Map.of("acme", ObservedNexus.acme(), "globex", ObservedNexus.globex());
        Map<String, String> connections = new TreeMap<>();
        tenants.forEach((tenant, backend) -> connections.put(tenant, connectWithCorruptCredential(backend)));
        ExecutorService callers = Executors.newFixedThreadPool(CONCURRENCY);

        List<CompletableFuture<Void>> calls = new ArrayList<>();
        for (int i = 0; i < REQUESTS_PER_TENANT; i++) {
            int number = i;
            tenants.forEach((tenant, backend) -> calls.add(CompletableFuture.runAsync(
                    () -> backend.request()
                            .header("X-Request-Id", "mixed-" + tenant + "-" + number)
                            .get("/v1/token/{id}", connections.get(tenant))
                            .then()
                            .statusCode(500),
                    callers)));
        }
        calls.forEach(CompletableFuture::join);
        callers.shutdown();

        for (ServiceProcess service :
                List.of(ObservedNexus.nexus().broker(), ObservedNexus.nexus().gateway())) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(linesOf(service, "mixed-").stream()
                                    .map(Line::requestId)
                                    .distinct())
                            .hasSize(2 * REQUESTS_PER_TENANT));
        }
        Map<String, String> traces = new TreeMap<>();
        for (ServiceProcess service :
                List.of(ObservedNexus.nexus().gateway(), ObservedNexus.nexus().broker())) {
            for (Line line : linesOf(service, "mixed-")) {
                String tenant = line.requestId().split("-", 3)[1];
                assertThat(line.tenant()).as(line.toString()).isEqualTo(tenant);
                assertThat(traces.computeIfAbsent(line.requestId(), first -> line.trace()))
                        .as(line.toString())
                        .isEqualTo(line.trace());
                if (line.message().startsWith("Stored value is unreadable")) {
                    assertThat(line.message()).contains(connections.get(tenant));
                }
            }
        }
        assertThat(traces.values()).doesNotContain("").doesNotHaveDuplicates();
        // Each line that names a connection belongs to a request of that connection's tenant.
        assertThat(lines(ObservedNexus.nexus().broker()).stream()
                        .map(Line::of)
                        .filter(line -> line.message().contains(connections.get("acme"))))
                .hasSize(REQUESTS_PER_TENANT)
                .allSatisfy(line -> assertThat(line.requestId()).startsWith("mixed-acme-"));
        System.out.printf(
                "Logs: %d requests of two tenants at once, %d at a time, each log line with its own request context%n",
                2 * REQUESTS_PER_TENANT, CONCURRENCY);
    }
}
