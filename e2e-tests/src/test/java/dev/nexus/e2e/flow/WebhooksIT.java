package dev.nexus.e2e.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Concurrent;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.Replica;
import dev.nexus.e2e.support.WebhookReceiver;
import dev.nexus.e2e.support.WebhookReceiver.Received;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Webhooks that are registered at the Gateway, with an HTTPS receiver that fails in several ways. */
@Concurrent
class WebhooksIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Values that no log may contain: webhook secrets, the token in the receiver's URL, and credentials. */
    private static final List<String> CANARIES =
            new CopyOnWriteArrayList<>(List.of(WebhookReceiver.TOKEN, "canary-5d81fa"));

    private static WebhookReceiver receiver;
    private static Nexus nexus;
    private static Backend acme;
    private static Backend globex;

    @BeforeAll
    static void start() {
        receiver = WebhookReceiver.start(Path.of("target", "e2e", "receiver").toAbsolutePath());
        Map<String, String> settings = receiver.settings();
        settings.put("nexus.webhook.timeout", "PT4S");
        settings.put("nexus.webhook.retries", String.join(",", Collections.nCopies(60, "PT1S")));
        nexus = NexusExtension.start("webhooks", settings);
        acme = NexusExtension.backend(nexus, 0);
        globex = NexusExtension.backend(nexus, 1);
    }

    @AfterAll
    static void end() throws IOException {
        String broker = Files.readString(nexus.broker().log());
        String logs = broker + Files.readString(nexus.gateway().log());
        nexus.close();
        receiver.close();
        assertThat(CANARIES).hasSizeGreaterThan(2).noneMatch(logs::contains);
        assertThat(broker).as("the log has content").contains("started in");
    }

    @AfterEach
    void deleteWebhook() {
        receiver.answer(204);
        receiver.answerAfter(Duration.ZERO);
        acme.request().delete("/v1/webhook").then().statusCode(204);
        NexusExtension.sql(nexus, "delete from webhook_event");
    }

    private static Response put(Backend backend, String url) {
        return backend.request()
                .contentType(ContentType.JSON)
                .body("{\"url\":\"" + url + "\"}")
                .put("/v1/webhook");
    }

    private static String registerWebhook() {
        return addCanary(
                put(acme, receiver.url()).then().statusCode(201).extract().path("secret"));
    }

    private static String addCanary(String secret) {
        CANARIES.add(secret);
        return secret;
    }

    private static List<Received> deliveriesFor(Set<String> connections) {
        return receiver.received().stream()
                .filter(request -> connections.contains(connection(request)))
                .toList();
    }

    private static String connection(Received request) {
        return JsonPath.from(request.body()).getString("data.connection_id");
    }

    private static String type(Received request) {
        return JsonPath.from(request.body()).getString("type");
    }

    private static Set<String> connect(int count) {
        Set<String> connections = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            connections.add(acme.connect(Backend.workspace(), "canary-5d81fa"));
        }
        return connections;
    }

    private static long countEvents(String status) {
        return NexusExtension.rows(nexus, "select id from webhook_event where status = '" + status + "'")
                .size();
    }

    /** Asserts that each event arrived, signed and audited, and that a repeated delivery has the same id and body. */
    private static void assertEachArrived(Set<String> connections, String secret) {
        await().atMost(PATIENCE).until(() -> countEvents("delivered") == connections.size());
        List<Received> all = deliveriesFor(connections);
        Set<String> taken = all.stream()
                .filter(request -> request.answered() < 300)
                .map(WebhooksIT::connection)
                .collect(Collectors.toSet());
        assertThat(taken).isEqualTo(connections);
        assertThat(all).allMatch(request -> request.isSignedBy(secret));
        Map<String, Set<String>> idsOfConnection = all.stream()
                .collect(Collectors.groupingBy(
                        WebhooksIT::connection, Collectors.mapping(Received::id, Collectors.toSet())));
        assertThat(idsOfConnection.values()).allMatch(ids -> ids.size() == 1);
        Map<String, Set<String>> bodiesOfId = all.stream()
                .collect(Collectors.groupingBy(Received::id, Collectors.mapping(Received::body, Collectors.toSet())));
        assertThat(bodiesOfId.values()).allMatch(bodies -> bodies.size() == 1);
        assertThat(NexusExtension.rows(
                        nexus,
                        "select request_id from audit_event where action = 'webhook.delivered' and request_id in"
                                + " (select id::text from webhook_event)"))
                .hasSize(connections.size())
                .doesNotHaveDuplicates();
    }

    @Test
    void connection_life_cycle_is_delivered_and_audited() {
        String secret = registerWebhook();
        String workspace = Backend.workspace();

        String first = acme.connect(workspace, "canary-5d81fa");
        await().atMost(PATIENCE).until(() -> deliveriesFor(Set.of(first)).size() == 1);
        String second = acme.connect(workspace, "canary-5d81fa");
        acme.revoke(second).then().statusCode(204);

        await().atMost(PATIENCE).until(() -> countEvents("delivered") == 5);
        List<Received> received = deliveriesFor(Set.of(first, second));
        assertThat(received.stream().map(request -> type(request) + " " + connection(request)))
                .containsExactlyInAnyOrder(
                        "connection.activated " + first,
                        "connection.superseded " + first,
                        "connection.activated " + second,
                        "connection.revoked " + second,
                        "connection.revoked " + first);
        assertThat(received).allMatch(request -> request.isSignedBy(secret));
        assertThat(received).noneMatch(request -> request.toString().contains("canary-5d81fa"));
        acme.request()
                .queryParam("connection_id", first)
                .get("/v1/audit-events")
                .then()
                .body("events.action", hasItems("webhook.delivered", "connection.activated"));
    }

    @Test
    void recovered_receiver_gets_each_event_and_the_log_reports_the_outage() throws IOException {
        String secret = registerWebhook();
        receiver.down();

        Set<String> connections = connect(10);
        await().atMost(PATIENCE)
                .untilAsserted(() -> acme.request()
                        .get("/v1/webhook")
                        .then()
                        .body("last_failure", equalTo("unreachable"))
                        .body("pending", equalTo(10)));
        receiver.up();

        assertEachArrived(connections, secret);
        acme.request()
                .get("/v1/webhook")
                .then()
                .body("pending", equalTo(0))
                .body("last_failure", nullValue())
                .body("secret", nullValue());
        assertThat(Files.readString(nexus.broker().log())).contains("A webhook event was not delivered");
    }

    @Test
    @Tag("soak")
    void failing_or_slow_receiver_gets_each_event_after_retries() {
        String secret = registerWebhook();
        receiver.answer(500);
        Set<String> connections = connect(4);
        await().atMost(PATIENCE).until(() -> deliveriesFor(connections).size() >= 4);

        // The receiver accepts the event, but after the Broker's time-out. So the Broker sends the event again.
        receiver.answerAfter(Duration.ofSeconds(6));
        receiver.answer(204);
        await().atMost(PATIENCE)
                .until(() -> deliveriesFor(connections).stream()
                        .filter(request -> request.answered() == 204)
                        .map(Received::id)
                        .collect(Collectors.groupingBy(id -> id, Collectors.counting()))
                        .values()
                        .stream()
                        .anyMatch(count -> count > 1));
        receiver.answerAfter(Duration.ZERO);

        assertEachArrived(connections, secret);
    }

    @Test
    void broker_killed_during_delivery_loses_no_event() throws Exception {
        String secret = registerWebhook();
        receiver.answer(500);
        Set<String> connections = connect(100);
        receiver.answerAfter(Duration.ofMillis(300));
        receiver.answer(204);
        await().atMost(PATIENCE)
                .until(() -> receiver.taken().stream()
                                .filter(request -> connections.contains(connection(request)))
                                .count()
                        > 20);

        nexus.broker().kill();
        assertThat(countEvents("pending"))
                .as("events that are not delivered at the kill")
                .isPositive();
        nexus.broker().restart();
        nexus.broker().awaitReady();
        receiver.answerAfter(Duration.ZERO);

        acme.awaitAnswer(connections.iterator().next());

        assertEachArrived(connections, secret);
    }

    @Test
    @Tag("soak")
    void two_brokers_on_one_database_deliver_each_event_once() throws Exception {
        ServiceProcess another = Replica.start(nexus, Service.BROKER, Map.of());
        try {
            another.awaitReady();
            String secret = registerWebhook();
            receiver.answer(500);
            Set<String> connections = connect(100);
            double before = delivered(nexus.broker()) + delivered(another);
            receiver.answerAfter(Duration.ofMillis(200));
            receiver.answer(204);

            assertEachArrived(connections, secret);

            List<String> ids = new ArrayList<>();
            receiver.taken().stream()
                    .filter(request -> connections.contains(connection(request)))
                    .forEach(request -> ids.add(request.id()));
            assertThat(ids).hasSize(100).doesNotHaveDuplicates();
            assertThat(delivered(nexus.broker()) + delivered(another) - before).isEqualTo(100);
            assertThat(List.of(delivered(nexus.broker()), delivered(another))).allMatch(count -> count > 0);
        } finally {
            another.close();
        }
    }

    /** Reads the number of delivered events from the metrics of {@code broker}. */
    private static double delivered(ServiceProcess broker) {
        return RestAssured.get("http://127.0.0.1:" + broker.managementPort() + "/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("nexus_webhooks_events_total{outcome=\"delivered\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void rotation_signs_with_both_secrets_until_the_old_one_is_revoked() {
        String first = registerWebhook();
        String second = rotate("");
        Set<String> during = connect(1);
        await().atMost(PATIENCE).until(() -> deliveriesFor(during).size() == 1);
        String third = rotate("?revoke_former=true");
        Set<String> after = connect(1);
        await().atMost(PATIENCE).until(() -> deliveriesFor(after).size() == 1);

        Received both = deliveriesFor(during).get(0);
        Received one = deliveriesFor(after).get(0);
        assertThat(List.of(both.isSignedBy(first), both.isSignedBy(second))).containsExactly(true, true);
        assertThat(List.of(one.isSignedBy(first), one.isSignedBy(second), one.isSignedBy(third)))
                .containsExactly(false, false, true);
        await().atMost(PATIENCE).until(() -> countEvents("delivered") == 2);
    }

    private static String rotate(String query) {
        return addCanary(acme.request()
                .post("/v1/webhook/secret" + query)
                .then()
                .statusCode(200)
                .extract()
                .path("secret"));
    }

    @Test
    void rotation_retried_with_its_idempotency_key_returns_the_same_secret() {
        registerWebhook();
        String key = UUID.randomUUID().toString();

        Response first = acme.request().header("Idempotency-Key", key).post("/v1/webhook/secret");
        Response again = acme.request().header("Idempotency-Key", key).post("/v1/webhook/secret");

        first.then().statusCode(200);
        again.then().statusCode(200).body("secret", equalTo(first.path("secret")));
        acme.request()
                .header("If-Match", "\"stale\"")
                .post("/v1/webhook/secret")
                .then()
                .statusCode(412)
                .body("error", equalTo("precondition_failed"));
    }

    @Test
    void webhook_is_isolated_from_other_tenants() {
        String etag = put(acme, receiver.url()).then().statusCode(201).extract().header("ETag");

        globex.request().get("/v1/webhook").then().statusCode(404).body("error", equalTo("webhook_not_found"));
        globex.request().delete("/v1/webhook").then().statusCode(404);
        globex.request().post("/v1/webhook/secret").then().statusCode(404);
        String own = globex.connect(Backend.workspace(), "k");
        Set<String> connections = connect(1);
        await().atMost(PATIENCE).until(() -> deliveriesFor(connections).size() == 1);

        assertThat(deliveriesFor(Set.of(own))).isEmpty();
        acme.request().get("/v1/webhook").then().statusCode(200).header("ETag", equalTo(etag));
        NexusExtension.backend(nexus, 2).request().get("/v1/webhook").then().statusCode(403);
        await().atMost(PATIENCE).until(() -> countEvents("delivered") == 1);
    }

    @Test
    void webhook_route_validates_input_and_preconditions() {
        put(acme, "http://hooks.example.org/")
                .then()
                .statusCode(400)
                .body("error", equalTo("invalid_request"))
                .body("details[0].pointer", equalTo("/url"));
        String etag = put(acme, receiver.url()).then().statusCode(201).extract().header("ETag");
        put(acme, receiver.url() + "2").then().statusCode(200).header("ETag", not(equalTo(etag)));
        acme.request()
                .header("If-Match", etag)
                .delete("/v1/webhook")
                .then()
                .statusCode(412)
                .body("error", equalTo("precondition_failed"));
        acme.request().post("/v1/webhook/secret?revoke_former=maybe").then().statusCode(400);
        acme.request().patch("/v1/webhook").then().statusCode(405);
        acme.request()
                .contentType(ContentType.TEXT)
                .body("{}")
                .put("/v1/webhook")
                .then()
                .statusCode(415);
    }
}
