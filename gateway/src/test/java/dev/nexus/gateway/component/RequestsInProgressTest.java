package dev.nexus.gateway.component;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The slots of requests without an API key. Each test uses its own addresses, because of the rate limit. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class RequestsInProgressTest {

    /** More than the time limit for a body. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Socket> open = new ArrayList<>();

    @Inject
    MeterRegistry meters;

    @BeforeEach
    void stubBroker() {
        StubbedBroker.answerEverything();
        awaitActive(0);
    }

    @AfterEach
    void closeSockets() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** The metric exists after the first request. */
    private double active() {
        return meters.find("nexus.requests.active").gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    private void awaitActive(int requests) {
        await().atMost(PATIENCE).until(() -> active() == requests);
    }

    private Socket send(String request) throws IOException {
        Socket socket = new Socket("localhost", RestAssured.port);
        open.add(socket);
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        return socket;
    }

    private static String schemaRequest(String address, String state) {
        return "GET /auth/capture-schema?state=" + state + " HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: " + address
                + "\r\nAccept: application/json\r\n\r\n";
    }

    /** A form whose body never arrives completely. */
    private static String unfinishedForm(String address) {
        return String.join(
                "\r\n",
                "POST /auth/capture/8f3a1c2d-0000-4000-8000-000000000000 HTTP/1.1",
                "Host: a.example",
                "X-Forwarded-For: " + address,
                "Origin: http://127.0.0.1:8080",
                "Accept: application/json",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Length: 1000",
                "",
                "f0=");
    }

    @Test
    void pipelined_request_of_a_closed_connection_takes_no_slot() throws IOException {
        StubbedBroker.answer(StubbedBroker.json(200, "{}").withFixedDelay(1_000));
        Socket client = send(schemaRequest("198.51.100.1", "s") + unfinishedForm("198.51.100.1"));
        awaitActive(1);

        client.close();

        // The second request begins when the first has ended.
        await().atMost(PATIENCE).during(Duration.ofSeconds(1)).until(() -> active() == 0);
    }

    @Test
    void addresses_with_many_unfinished_forms_do_not_block_another_address() throws IOException {
        int forms = 600;
        for (int i = 0; i < forms; i++) {
            send(unfinishedForm("198.51.100." + (10 + i % 8)));
        }
        awaitActive(forms);

        int status = given().header("X-Forwarded-For", "198.51.100.20")
                .accept("application/json")
                .queryParam("state", "s")
                .get("/auth/capture-schema")
                .statusCode();

        assertThat(status).isEqualTo(200);
    }
}
