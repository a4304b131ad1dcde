package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.operations.OtlpReceiver.Exported;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.RealVault;
import dev.nexus.testsupport.Promise;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Exported traces: one trace through Gateway, Broker, database and Vault, without the values of requests. */
@ExtendWith({RealVault.Needed.class, ObservedNexus.class})
class TracesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String GATEWAY = "nexus-gateway";
    private static final String BROKER = "nexus-broker";

    private final Backend acme = ObservedNexus.acme();

    private static List<Exported> of(String service, SpanKind kind) {
        return ObservedNexus.traces().spans().stream()
                .filter(span -> span.service().equals(service) && span.is(kind))
                .toList();
    }

    /** The spans of one request, from the Gateway to the database and Vault. */
    private record RequestTrace(Exported edge, Exported call, Exported broker, Exported database, Exported vault) {}

    private static Optional<RequestTrace> requestTrace(String route) {
        List<Exported> spans = ObservedNexus.traces().spans();
        Map<String, Exported> byId = new HashMap<>();
        spans.forEach(span -> byId.put(span.id(), span));
        for (Exported edge : spans) {
            if (edge.service().equals(GATEWAY) && edge.span().getName().equals(route)) {
                List<Exported> below =
                        spans.stream().filter(span -> isBelow(span, edge, byId)).toList();
                Optional<Exported> broker = first(below, BROKER, SpanKind.SPAN_KIND_SERVER, span -> true);
                Optional<Exported> call = broker.map(Exported::parent).map(byId::get);
                Optional<Exported> query = broker.flatMap(its -> first(
                        below,
                        BROKER,
                        SpanKind.SPAN_KIND_CLIENT,
                        span -> isBelow(span, its, byId)
                                && span.attribute("http.request.method").isEmpty()));
                Optional<Exported> vault = broker.flatMap(its -> first(
                        below,
                        BROKER,
                        SpanKind.SPAN_KIND_CLIENT,
                        span -> isBelow(span, its, byId)
                                // Providers are not traced, so each traced HTTP call of the Broker goes to Vault.
                                && span.attribute("http.request.method").isPresent()));
                if (call.isPresent() && query.isPresent() && vault.isPresent()) {
                    return Optional.of(
                            new RequestTrace(edge, call.get(), broker.orElseThrow(), query.get(), vault.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isBelow(Exported span, Exported above, Map<String, Exported> byId) {
        Exported parent = byId.get(span.parent());
        return parent != null
                && span.trace().equals(parent.trace())
                && (parent.id().equals(above.id()) || isBelow(parent, above, byId));
    }

    private static Optional<Exported> first(
            List<Exported> spans, String service, SpanKind kind, Predicate<Exported> which) {
        return spans.stream()
                .filter(span -> span.service().equals(service) && span.is(kind) && which.test(span))
                .findFirst();
    }

    @Test
    void read_and_capture_are_one_trace_each_through_gateway_broker_database_and_vault() {
        String id = acme.connect(Backend.workspace(), "k");
        acme.token(id).then().statusCode(200);

        for (String route : List.of("GET /v1/token/{id}", "POST /v1/capture-credential")) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(requestTrace(route))
                            .as(() -> route + " in " + names())
                            .isPresent());
        }
        RequestTrace read = requestTrace("GET /v1/token/{id}").orElseThrow();
        assertThat(read.edge().parent()).as("a trace begins at the Gateway").isEmpty();
        assertThat(read.call().service()).isEqualTo(GATEWAY);
        assertThat(read.call().is(SpanKind.SPAN_KIND_CLIENT)).isTrue();
        assertThat(read.broker().span().getName()).isEqualTo("GET /internal/v1/connections/{id}/token");
        assertThat(read.database()
                        .attribute("db.query.text")
                        .or(() -> read.database().attribute("db.statement")))
                .hasValueSatisfying(statement -> assertThat(statement).containsIgnoringCase("select"));
        System.out.printf(
                "One trace: Gateway %s > Gateway %s > Broker %s > database %s, Vault %s%n",
                read.edge().span().getName(),
                read.call().span().getName(),
                read.broker().span().getName(),
                read.database().span().getName(),
                read.vault().span().getName());
    }

    private static String names() {
        StringBuilder names = new StringBuilder();
        ObservedNexus.traces()
                .spans()
                .forEach(span -> names.append("\n%s %s %s %s < %s %s"
                        .formatted(
                                span.trace().substring(0, 6),
                                span.service(),
                                span.span().getKind(),
                                span.id(),
                                span.parent(),
                                span.span().getName())));
        return names.toString();
    }

    @Test
    @Promise(28)
    void exported_spans_contain_no_values_of_requests() throws Exception {
        String workspace = "canary-workspace/" + UUID.randomUUID();
        String credential = "canary/cred+9f2c71=ential?zq";
        Begun begun = acme.begin(workspace);
        Begun other = acme.begin(workspace);
        Canaries canaries = new Canaries()
                .add("state", begun.state())
                .add("state's signature", begun.state().substring(begun.state().lastIndexOf('.') + 1))
                .add("connection", begun.id())
                .add("other state", other.state())
                .add("other connection", other.id())
                .add("workspace", workspace)
                .add("credential", credential)
                .add("API key", acme.apiKey())
                .add("API key's secret", acme.apiKey().split("_", 3)[2])
                .add("query", "canary-query-51ab77")
                .add("slug", "canary-provider-8802")
                .add("path", "canary-nothing-8803")
                .add("host", "canary-host.example.org")
                .add("request id", "canary-request-id-4711");

        sendCanaries(begun, other, credential);

        acme.request().get("/v1/nothing/canary-nothing-8803").then().statusCode(404);
        // Each service exports spans in order, so the last request's spans arrive last.
        acme.request().get("/v1/providers").then().statusCode(200);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(requestTrace("GET /v1/token/{id}")).isPresent();
            assertThat(of(BROKER, SpanKind.SPAN_KIND_SERVER))
                    .anySatisfy(span -> assertThat(span.span().getName()).isEqualTo("GET /internal/v1/providers"));
            assertThat(of(GATEWAY, SpanKind.SPAN_KIND_SERVER))
                    .anySatisfy(span -> assertThat(span.span().getName()).isEqualTo("GET /v1/providers"))
                    .anySatisfy(span -> assertThat(span.attribute("http.response.status_code"))
                            .contains("404"))
                    .anySatisfy(span -> assertThat(span.attribute("http.response.status_code"))
                            .contains("401"))
                    .anySatisfy(span -> assertThat(span.attribute("http.response.status_code"))
                            .contains("405"))
                    .anySatisfy(span -> assertThat(span.attribute("http.response.status_code"))
                            .contains("500"));
        });
        String bytes = ObservedNexus.traces().bytes();

        assertThat(bytes).contains("/v1/token/{id}", "/internal/v1/capture-credential");
        assertThat(canaries.in(bytes)).isEmpty();
        System.out.printf(
                "Traces: %d spans in %d bytes hold none of the canaries%n",
                ObservedNexus.traces().spans().size(), bytes.length());
    }

    /** Sends requests, successful and failing, with canaries in the path, query, body and headers. */
    private void sendCanaries(Begun begun, Begun other, String credential) {
        acme.schema(begun.state()).then().statusCode(200);
        RestAssured.given()
                .baseUri(acme.gatewayUrl())
                .queryParam("state", begun.state())
                .get("/auth/capture-schema")
                .then()
                .statusCode(200);
        acme.capture(begun.state(), "{\"api_key\":\"" + credential + "\",\"" + credential + "\":1}")
                .then()
                .statusCode(422);
        acme.captureKey(begun.state() + "x", credential).then().statusCode(400);
        acme.captureKey(begun.state(), credential).then().statusCode(200);
        acme.captureKey(begun.state(), credential).then().statusCode(409);
        acme.request()
                .header("X-Request-Id", "canary-request-id-4711")
                .get("/v1/token/{id}", begun.id())
                .then()
                .statusCode(200);
        acme.request()
                .queryParam("q", "canary-query-51ab77")
                .get("/v1/token/{id}", begun.id())
                .then()
                .statusCode(400);
        acme.refresh(begun.id()).then().statusCode(400);
        acme.request()
                .queryParam("workspace_id", "canary-query-51ab77")
                .queryParam("limit", "canary-query-51ab77")
                .get("/v1/connections")
                .then()
                .statusCode(400);
        acme.request().get("/v1/providers/canary-provider-8802").then().statusCode(404);
        acme.request().post("/v1/token/" + begun.id()).then().statusCode(405);
        RestAssured.given()
                .baseUri(acme.gatewayUrl())
                .header("X-API-Key", acme.apiKey() + "x")
                .get("/v1/token/" + begun.id())
                .then()
                .statusCode(401);
        acme.request()
                .header("Host", "canary-host.example.org")
                .get("/v1/check-connection/" + begun.id())
                .then()
                .statusCode(200);
        acme.revoke(other.id()).then().statusCode(204);
        acme.captureKey(other.state(), credential).then().statusCode(409);
        // An internal error of the Broker: its exception has more details than the response.
        String corrupted = Backend.workspace();
        String lost = acme.connect(corrupted, credential);
        ObservedNexus.corruptCredentials(corrupted);
        acme.token(lost).then().statusCode(500);
    }

    @Test
    @Promise(28)
    void exported_canary_is_found_in_each_encoding() throws Exception {
        Canaries canaries = new Canaries().add("credential", "canary/cred+9f2c71=ential?zq");
        HttpClient http = HttpClient.newHttpClient();

        for (Map.Entry<String, String> form :
                Canaries.forms("canary/cred+9f2c71=ential?zq").entrySet()) {
            try (OtlpReceiver receiver = new OtlpReceiver()) {
                http.send(export(receiver, "GET /" + form.getValue()), HttpResponse.BodyHandlers.discarding());

                assertThat(receiver.spans()).hasSize(1);
                assertThat(canaries.in(receiver.bytes())).as(form.getKey()).isNotEmpty();
            }
        }
    }

    private static HttpRequest export(OtlpReceiver receiver, String name) throws IOException {
        var span = io.opentelemetry.proto.trace.v1.Span.newBuilder().setName(name);
        var request = io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest.newBuilder();
        request.addResourceSpansBuilder().addScopeSpansBuilder().addSpans(span);
        return HttpRequest.newBuilder(URI.create(receiver.endpoint() + "/v1/traces"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.build().toByteArray()))
                .build();
    }

    @Test
    void trace_context_of_the_caller_is_ignored_and_not_forwarded() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        String route = "GET /v1/audit-events";

        acme.request()
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .header("tracestate", "caller=canary-tracestate-77")
                .header("baggage", "caller=canary-baggage-77")
                .get("/v1/audit-events")
                .then()
                .statusCode(200);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(of(GATEWAY, SpanKind.SPAN_KIND_SERVER))
                        .anySatisfy(span -> assertThat(span.span().getName()).isEqualTo(route)));
        assertThat(ObservedNexus.traces().spans())
                .noneMatch(span -> span.trace().equals(trace));
        assertThat(ObservedNexus.traces().bytes()).doesNotContain("canary-tracestate-77", "canary-baggage-77");
    }
}
