package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasItems;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.e2e.operations.observability.PromQl;
import dev.nexus.e2e.operations.observability.Rules;
import dev.nexus.e2e.operations.runbooks.RunbookPage;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.BrokerConnection;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RealVault;
import dev.nexus.e2e.support.Scrape;
import dev.nexus.e2e.support.ServiceTokens;
import dev.nexus.launcher.DevAuthority;
import dev.nexus.launcher.DevAuthority.Issued;
import dev.nexus.launcher.DevAuthority.Use;
import dev.nexus.launcher.DevCertificates;
import dev.nexus.launcher.Nexus;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Prometheus is shown: all that the dashboards and alerts ask for, all that docs/operations/monitoring.md tells, and no id. */
@ExtendWith({RealVault.Needed.class, Observed.class})
class MetricsIT {

    private static final Path PAGE = Checkout.ROOT.resolve("docs/operations/monitoring.md");
    private static final String BEGIN = "<!-- metrics: made by MetricsIT -->\n";
    private static final String END = "<!-- end of metrics -->\n";

    /** What Prometheus itself gives to every series. */
    private static final Set<String> TARGET = Set.of("job", "instance");

    /** What is not of Nexus but of the objectives and dashboards. */
    private static final Set<String> TOLD = Set.of("http_server_requests_seconds", "http_client_requests_seconds");

    /** Of those whose own library does not say what they are of. */
    private static final Map<String, String> MEANINGS = Map.of(
            "http_client_requests_seconds", "Calls to the Broker, as the Gateway sees them",
            "http_server_requests_seconds", "Requests, by route and status");

    @BeforeAll
    static void walk() {
        Backend acme = Observed.acme();
        String id = acme.connect(Backend.workspace(), "k");
        acme.token(id).then().statusCode(200);
        acme.check(id).then().statusCode(200);
        // The jobs register their metrics at their first run, up to 30 seconds after the start.
        await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> broker().labels().keySet(),
                        hasItems("nexus_connections_swept_total", "nexus_reseal_left"));
    }

    private static Scrape gateway() {
        return Scrape.of(Observed.nexus().gateway());
    }

    private static Scrape broker() {
        return Scrape.of(Observed.nexus().broker());
    }

    /** Every metric there is, with its labels; those of the recording rules have the labels of their groupings. */
    private static Map<String, Set<String>> known() {
        Map<String, Set<String>> known = new HashMap<>();
        for (Scrape scrape : List.of(gateway(), broker())) {
            scrape.labels()
                    .forEach((name, labels) -> known.computeIfAbsent(name, first -> new HashSet<>())
                            .addAll(labels));
        }
        known.put("up", Set.of());
        Rules.all().stream()
                .filter(rule -> rule.has("record"))
                .forEach(rule -> known.put(
                        rule.path("record").asText(),
                        PromQl.of(rule.path("expr").asText()).groupings()));
        return known;
    }

    /** What {@code expressions} ask for and nobody shows. */
    private static List<String> missing(Map<String, String> expressions) {
        Map<String, Set<String>> known = known();
        List<String> missing = new ArrayList<>();
        expressions.forEach((where, expression) -> {
            PromQl query = PromQl.of(expression);
            Set<String> labels = new HashSet<>(TARGET);
            query.selectors().forEach(selector -> {
                Set<String> its = known.getOrDefault(selector.metric(), Set.of());
                labels.addAll(its);
                if (!known.containsKey(selector.metric())) {
                    missing.add(where + ": the metric " + selector.metric());
                }
                selector.labels().stream()
                        .filter(label -> !its.contains(label) && !TARGET.contains(label))
                        .forEach(label -> missing.add(where + ": the label " + label + " of " + selector.metric()));
            });
            query.groupings().stream()
                    .filter(label -> !labels.contains(label))
                    .forEach(label -> missing.add(where + ": the grouping " + label));
        });
        return missing;
    }

    private static Map<String, String> rules() {
        Map<String, String> rules = new LinkedHashMap<>();
        for (JsonNode rule : Rules.all()) {
            rules.put(
                    rule.path("alert").asText() + rule.path("record").asText(),
                    rule.path("expr").asText());
        }
        return rules;
    }

    @Test
    void every_metric_and_label_that_a_dashboard_a_rule_or_a_runbook_asks_for_is_shown() {
        Map<String, String> dashboards = Rules.dashboards();
        Map<String, String> rules = rules();
        Map<String, String> runbooks = new HashMap<>(RunbookPage.expressions());
        // The kubelet's, of the database's volume.
        runbooks.values().removeIf(expression -> expression.contains("kubelet_"));

        assertThat(missing(dashboards)).isEmpty();
        assertThat(missing(rules)).isEmpty();
        assertThat(missing(runbooks)).isEmpty();
        System.out.printf(
                "Dashboards, rules and runbooks: %d, %d and %d expressions ask for nothing that is not shown%n",
                dashboards.size(), rules.size(), runbooks.size());
    }

    @Test
    void a_planted_metric_label_or_grouping_that_nobody_shows_is_found() {
        assertThat(missing(Map.of("planted", "sum(rate(nexus_capture_total[5m]))")))
                .containsExactly("planted: the metric nexus_capture_total");
        assertThat(missing(Map.of("planted", "nexus_captures_total{result=\"x\"}")))
                .containsExactly("planted: the label result of nexus_captures_total");
        assertThat(missing(Map.of("planted", "sum by (result) (nexus_captures_total)")))
                .containsExactly("planted: the grouping result");
    }

    /** docs/operations/monitoring.md holds what is shown; -Dnexus.docs.write=true writes it anew. */
    @Test
    void the_table_of_metrics_is_what_is_shown() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        String generated = page.substring(0, begin) + table() + page.substring(page.indexOf(END));

        if (Boolean.getBoolean("nexus.docs.write")) {
            Files.writeString(PAGE, generated);
        }

        assertThat(Files.readString(PAGE))
                .as("docs/operations/monitoring.md; run this test with -Dnexus.docs.write=true to write it anew")
                .isEqualTo(generated);
    }

    private static String table() {
        Map<String, Scrape> services = new TreeMap<>(Map.of("Gateway", gateway(), "Broker", broker()));
        Map<String, String> rows = new TreeMap<>();
        Map<String, Set<String>> shownBy = new TreeMap<>();
        services.forEach((service, scrape) -> scrape.families().stream()
                .filter(family -> family.name().startsWith("nexus_")
                        || family.name().startsWith("sql_pool_")
                        || TOLD.contains(family.name()))
                .filter(family -> !family.name().endsWith("_max"))
                .forEach(family -> {
                    String suffix =
                            family.type().equals("counter") && !family.name().endsWith("_total") ? "_total" : "";
                    shownBy.computeIfAbsent(family.name(), name -> new TreeSet<>())
                            .add(service);
                    String labels = String.join("`, `", scrape.labelsOf(family));
                    rows.put(
                            family.name(),
                            "| `%s%s` | %s | %s | %s | %s |\n"
                                    .formatted(
                                            family.name(),
                                            suffix,
                                            family.type(),
                                            String.join(", ", shownBy.get(family.name())),
                                            labels.isEmpty() ? "" : "`" + labels + "`",
                                            MEANINGS.getOrDefault(family.name(), family.help())));
                }));
        return "| metric | type | of | labels | description |\n|---|---|---|---|---|\n"
                + String.join("", rows.values());
    }

    /** One of each kind of request that holds something of the caller's making; {@code mark} is in all of them. */
    private static void everyKind(String mark) {
        Backend acme = Observed.acme();
        Begun begun = acme.begin(mark + "-workspace");
        RestAssured.given()
                .baseUri(acme.gatewayUrl())
                .get("/v1/token/" + mark)
                .then()
                .statusCode(401);
        for (String method : List.of("PUT", "PATCH", "HEAD", mark)) {
            RestAssured.given()
                    .baseUri(acme.gatewayUrl())
                    .request(method, "/v1/token/" + mark)
                    .then()
                    .statusCode(401);
            acme.request().request(method, "/v1/token/" + mark).then().statusCode(405);
            acme.request().request(method, "/" + mark).then().statusCode(404);
        }
        acme.request().get("/v1/" + mark + "?q=" + mark).then().statusCode(404);
        acme.request().get("/v1/token/" + mark + "/" + mark).then().statusCode(404);
        acme.token(mark).then().statusCode(404);
        acme.check(mark).then().statusCode(404);
        acme.refresh(mark).then().statusCode(404);
        acme.revoke(mark).then().statusCode(404);
        acme.request().get("/v1/providers/" + mark).then().statusCode(404);
        acme.request()
                .queryParam("workspace_id", mark)
                .get("/v1/connections")
                .then()
                .statusCode(200);
        acme.schema(mark).then().statusCode(400);
        acme.schema(begun.state()).then().statusCode(200);
        acme.captureKey(begun.state(), mark + "-credential").then().statusCode(200);
        acme.token(begun.id()).then().statusCode(200);
        acme.check(begun.id()).then().statusCode(200);
        acme.revoke(begun.id()).then().statusCode(204);
        RestAssured.given()
                .baseUri(acme.gatewayUrl())
                .get("/auth/" + mark)
                .then()
                .statusCode(404);
    }

    private static Set<String> series() {
        Set<String> series = new TreeSet<>();
        Stream.of(gateway(), broker())
                .flatMap(scrape -> scrape.samples().stream())
                .filter(sample ->
                        sample.name().startsWith("http_") || sample.name().startsWith("nexus_"))
                .forEach(sample -> series.add(sample.name() + sample.labels()));
        return series;
    }

    @Test
    void nothing_that_a_caller_makes_becomes_a_label_and_no_series_is_made_by_asking_for_more() {
        everyKind("first-" + UUID.randomUUID());
        Set<String> before = series();

        for (int i = 0; i < 5; i++) {
            everyKind("mark4711-" + UUID.randomUUID());
        }

        assertThat(series()).isEqualTo(before);
        for (Scrape scrape : List.of(gateway(), broker())) {
            assertThat(scrape.samples())
                    .allSatisfy(sample -> assertThat(sample.labels().values())
                            .allSatisfy(value -> assertThat(value)
                                    .doesNotContain("mark4711")
                                    .doesNotMatch(".*[0-9a-f]{8}-[0-9a-f]{4}-.*")
                                    .doesNotContain("eyJ")));
            assertThat(scrape.samples().stream()
                            .filter(sample -> sample.name().startsWith("http_"))
                            .map(sample -> sample.labels().getOrDefault("uri", "")))
                    .allMatch(uri -> uri.matches("|UNKNOWN|REDIRECTION|(/[a-z0-9-]+|/\\{[a-z]+})+"));
        }
        System.out.printf("Labels: %d series before and after requests with ids of their own%n", before.size());
    }

    @Test
    void captures_reads_and_refused_states_are_counted_by_how_they_end() {
        Backend acme = Observed.acme();
        Scrape before = broker();

        Begun begun = acme.begin(Backend.workspace());
        acme.capture(begun.state(), "{\"other\":1}").then().statusCode(422);
        acme.captureKey(begun.state(), "k").then().statusCode(200);
        acme.captureKey(begun.state(), "k").then().statusCode(409);
        acme.captureKey("nonsense", "k").then().statusCode(400);
        acme.token(begun.id()).then().statusCode(200);
        acme.token(acme.begin(Backend.workspace()).id()).then().statusCode(409);
        Begun revoked = acme.begin(Backend.workspace());
        acme.revoke(revoked.id()).then().statusCode(204);
        acme.schema(revoked.state()).then().statusCode(409);
        Begun late = acme.begin(Backend.workspace());
        NexusExtension.sql(
                Observed.nexus(),
                "update connection set expires_at = now() - interval '1 minute' where id = '" + late.id() + "'");
        acme.schema(late.state()).then().statusCode(410);
        Scrape after = broker();

        Map<String, Double> grown = new TreeMap<>();
        for (String outcome : List.of("success", "invalid_credentials", "state_used", "invalid_state")) {
            grown.put("capture " + outcome, grown(before, after, "nexus_captures_total", "outcome", outcome));
        }
        for (String outcome : List.of("success", "connection_not_active")) {
            grown.put("read " + outcome, grown(before, after, "nexus_token_reads_total", "outcome", outcome));
        }
        for (String reason : List.of("invalid", "used", "revoked", "expired")) {
            grown.put("state " + reason, grown(before, after, "nexus_state_rejections_total", "reason", reason));
        }
        assertThat(grown)
                .hasSize(10)
                .allSatisfy((what, by) -> assertThat(by).as(what).isEqualTo(1));
        assertThat(grown(before, after, "nexus_cipher_calls_seconds_count", "operation", "seal", "cipher", "transit"))
                .isEqualTo(1);
        assertThat(grown(before, after, "nexus_cipher_batch_sum", "operation", "open", "cipher", "transit"))
                .isEqualTo(1);
    }

    private static double grown(Scrape before, Scrape after, String name, String... labels) {
        return after.value(name, labels) - before.value(name, labels);
    }

    @Test
    void what_ages_and_what_ends_soon_is_shown_as_a_time() {
        double now = System.currentTimeMillis() / 1_000.0;
        double day = Duration.ofDays(1).toSeconds();

        assertThat(broker().value("nexus_state_key_signing_since_timestamp_seconds"))
                .isBetween(now - day, now + 60);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                broker().value("nexus_cipher_key_created_timestamp_seconds", "cipher", "transit"))
                        .isBetween(now - day, now + 60));
        assertThat(broker().value("nexus_certificate_not_after_timestamp_seconds", "configuration", "gateway"))
                .isGreaterThan(now + day);
        assertThat(gateway().value("nexus_certificate_not_after_timestamp_seconds", "configuration", "broker"))
                .isGreaterThan(now + day);
    }

    @Test
    void metrics_and_health_are_on_the_management_port_alone() throws Exception {
        Backend acme = Observed.acme();
        Nexus nexus = Observed.nexus();
        DevAuthority authority = nexus.certificates().authority();
        Issued own = authority.issue(Use.CLIENT, DevCertificates.GATEWAY_IDENTITY);
        String token = ServiceTokens.signedBy(nexus.folder().resolve("service-key.json"));
        for (String path : List.of("/q/metrics", "/metrics", "/q/health", "/q/health/ready", "/q/openapi", "/q")) {
            assertThat(acme.request().get(path).statusCode()).as(path).isEqualTo(404);
            try (BrokerConnection broker = new BrokerConnection(nexus.brokerUrl(), own, authority)) {
                assertThat(broker.get(path, token).status())
                        .as("the Broker's " + path)
                        .isEqualTo(404);
            }
        }
        assertThat(gateway().families()).isNotEmpty();
        assertThat(broker().families()).isNotEmpty();
    }
}
