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
@ExtendWith({RealVault.Needed.class, Observed.class})
class LogsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int AT_ONCE = 16;
    private static final int EACH = 50;

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
    private static String spoilt(Backend backend) {
        String workspace = Backend.workspace();
        String id = backend.connect(workspace, "k");
        Observed.spoil(workspace);
        return id;
    }

    @Test
    void in_production_every_line_is_json_with_a_time_a_level_and_a_logger() throws IOException {
        for (ServiceProcess service :
                List.of(Observed.nexus().broker(), Observed.nexus().gateway())) {
            assertThat(lines(service)).isNotEmpty().allSatisfy(line -> {
                assertThat(line.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*");
                assertThat(line.path("level").asText()).isNotEmpty();
                assertThat(line.path("loggerName").asText()).isNotEmpty();
                assertThat(line.has("message")).isTrue();
            });
        }
    }

    @Test
    void the_lines_of_a_request_have_its_id_its_tenant_and_its_trace_on_both_services() throws IOException {
        String requestId = "one-request";
        String id = spoilt(Observed.acme());

        Observed.acme()
                .request()
                .header("X-Request-Id", requestId)
                .get("/v1/token/{id}", id)
                .then()
                .statusCode(500);

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(linesOf(Observed.nexus().broker(), requestId)).isNotEmpty();
            assertThat(linesOf(Observed.nexus().gateway(), requestId)).isNotEmpty();
        });
        List<Line> both = Stream.concat(
                        linesOf(Observed.nexus().broker(), requestId).stream(),
                        linesOf(Observed.nexus().gateway(), requestId).stream())
                .toList();
        assertThat(both).extracting(Line::tenant).containsOnly("acme");
        assertThat(both)
                .extracting(Line::trace)
                .containsOnly(both.get(0).trace())
                .first()
                .asString()
                .matches("[0-9a-f]{32}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Observed.traces().spans())
                        .anyMatch(span -> span.trace().equals(both.get(0).trace())));
    }

    @Test
    void two_tenants_at_once_are_never_mixed_up() throws Exception {
        Map<String, Backend> tenants = Map.of("acme", Observed.acme(), "globex", Observed.globex());
        Map<String, String> connections = new TreeMap<>();
        tenants.forEach((tenant, backend) -> connections.put(tenant, spoilt(backend)));
        ExecutorService callers = Executors.newFixedThreadPool(AT_ONCE);

        List<CompletableFuture<Void>> calls = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
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
                List.of(Observed.nexus().broker(), Observed.nexus().gateway())) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(linesOf(service, "mixed-").stream()
                                    .map(Line::requestId)
                                    .distinct())
                            .hasSize(2 * EACH));
        }
        Map<String, String> traces = new TreeMap<>();
        for (ServiceProcess service :
                List.of(Observed.nexus().gateway(), Observed.nexus().broker())) {
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
        assertThat(lines(Observed.nexus().broker()).stream()
                        .map(Line::of)
                        .filter(line -> line.message().contains(connections.get("acme"))))
                .hasSize(EACH)
                .allSatisfy(line -> assertThat(line.requestId()).startsWith("mixed-acme-"));
        System.out.printf(
                "Logs: %d requests of two tenants at once, %d at a time, each log line with its own request context%n",
                2 * EACH, AT_ONCE);
    }
}
