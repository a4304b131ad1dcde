package dev.nexus.gateway.component;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The connections of the reads that are forwarded without the REST client. */
@QuarkusTest
@TestProfile(BrokerReadsTest.WithCountingBroker.class)
class BrokerReadsTest {

    /** A separate application, because its Broker differs. */
    public static final class WithCountingBroker implements QuarkusTestProfile {

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(CountingBroker.class));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    /** Less than nexus.gateway.broker-timeout, after which each call ends. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /** Enough that each client of the Broker gets some of the calls. */
    private static final int CALLS = 6;

    @Test
    void reads_use_the_connections_of_the_REST_clients() {
        for (int i = 0; i < CALLS; i++) {
            get("/v1/providers");
        }
        int opened = CountingBroker.connections();

        for (int i = 0; i < CALLS; i++) {
            get("/v1/token/a");
            get("/v1/connections/a");
        }

        assertThat(CountingBroker.connections()).isEqualTo(opened);
    }

    @Test
    void read_is_cancelled_if_its_caller_closes_the_connection() throws IOException {
        int before = CountingBroker.silentRequests();
        int cancelled = CountingBroker.cancelledRequests();

        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.getOutputStream()
                    .write(("GET /v1/token/" + CountingBroker.SILENT + " HTTP/1.1\r\nHost: a.example\r\n"
                                    + RawHttp.key() + "\r\n")
                            .getBytes(ISO_8859_1));
            await().atMost(PATIENCE).until(() -> CountingBroker.silentRequests() == before + 1);
        }

        await().atMost(PATIENCE).until(() -> CountingBroker.cancelledRequests() == cancelled + 1);
    }

    private static void get(String path) {
        given().header("X-API-Key", StubbedBroker.apiKey()).get(path).then().statusCode(200);
    }
}
