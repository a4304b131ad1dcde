package dev.nexus.e2e.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.launcher.Nexus;
import dev.nexus.testsupport.Promise;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Invalid API keys: each route below /v1 returns the same 401 and does not call the Broker. */
@Isolated("A revocation has a limit of five seconds.")
class BadKeyIT {

    private static final List<String> ROUTES = List.of(
            "POST /v1/request-connection",
            "GET /v1/capture-schema?state=x",
            "POST /v1/capture-credential",
            "GET /v1/check-connection/" + UUID.randomUUID(),
            "GET /v1/token/" + UUID.randomUUID(),
            "POST /v1/refresh/" + UUID.randomUUID(),
            "GET /v1/connections",
            "GET /v1/connections/" + UUID.randomUUID(),
            "DELETE /v1/connections/" + UUID.randomUUID(),
            "GET /v1/providers",
            "GET /v1/providers/api-key",
            "PUT /v1/providers/own",
            "DELETE /v1/providers/own",
            "POST /v1/check-connection/" + UUID.randomUUID() + "/verify",
            "GET /v1/webhook",
            "PUT /v1/webhook",
            "DELETE /v1/webhook",
            "POST /v1/webhook/secret",
            "GET /v1/audit-events",
            "GET /v1/no-such-route",
            "PUT /v1/connections");

    @Test
    @Promise({17, 18})
    void each_invalid_key_returns_the_same_401_without_a_broker() throws Exception {
        try (Nexus nexus = NexusExtension.start("bad-keys", Map.of())) {
            String good = nexus.keys().get(0).key();
            String revoked = nexus.keys().get(1).key();
            String expired = nexus.keys().get(2).key();
            addLine(nexus, "globex", "  revoked: true\n");
            awaitRefused(nexus, revoked);
            expire(nexus, expired);
            awaitRefused(nexus, expired);
            nexus.broker().kill();

            Set<String> bodies = new HashSet<>();
            for (String route : ROUTES) {
                for (String key : List.of(
                        "",
                        "x",
                        "nxs_",
                        good.substring(0, good.length() - 1),
                        flipped(good),
                        unknown(),
                        revoked,
                        expired)) {
                    Response refused = call(nexus, route, key);
                    assertThat(refused.statusCode()).as(route).isEqualTo(401);
                    bodies.add(refused.asString());
                }
            }
            assertThat(bodies).hasSize(1);
            assertThat(bodies.iterator().next()).contains("\"unauthorized\"");

            // Control: a valid key makes the Gateway call the Broker.
            call(nexus, "GET /v1/connections", good).then().statusCode(503).body("error", equalTo("unavailable"));
        }
    }

    private static Response call(Nexus nexus, String route, String key) {
        int space = route.indexOf(' ');
        RequestSpecification request = given().baseUri(nexus.gatewayUrl());
        if (!key.isEmpty()) {
            request.header("X-API-Key", key);
        }
        return request.request(route.substring(0, space), route.substring(space + 1));
    }

    private static String flipped(String key) {
        char last = key.charAt(key.length() - 12);
        return key.substring(0, key.length() - 12) + (last == 'A' ? 'B' : 'A') + key.substring(key.length() - 11);
    }

    /** Returns a key that has a valid form and a valid checksum, but is not in the API keys file. */
    private static String unknown() {
        return UNKNOWN;
    }

    private static final String UNKNOWN = mintedElsewhere();

    private static String mintedElsewhere() {
        String body = "nxs_AAAAAAAAAAAA_" + "A".repeat(43);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(body.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return body + "_" + java.util.HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static void awaitRefused(Nexus nexus, String key) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> call(nexus, "GET /v1/connections", key).statusCode() == 401);
    }

    private static void addLine(Nexus nexus, String tenant, String line) throws IOException {
        Path file = nexus.folder().resolve("api-keys.yaml");
        String text = Files.readString(file);
        int entry = text.indexOf("tenant: \"" + tenant + "\"");
        int end = text.indexOf('\n', entry) + 1;
        Files.writeString(file, text.substring(0, end) + line + text.substring(end));
    }

    private static void expire(Nexus nexus, String key) throws IOException {
        Path file = nexus.folder().resolve("api-keys.yaml");
        String text = Files.readString(file);
        String id = key.substring(4, 16);
        int end = text.indexOf('\n', text.indexOf("id: \"" + id)) + 1;
        Files.writeString(
                file, text.substring(0, end) + "  expires_at: \"2020-01-01T00:00:00Z\"\n" + text.substring(end));
    }
}
