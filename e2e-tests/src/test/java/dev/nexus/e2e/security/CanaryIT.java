package dev.nexus.e2e.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.launcher.Nexus;
import dev.nexus.testsupport.Promise;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Sends secret values in many requests. Looks for them in logs (level DEBUG), database rows and database files.
 *
 * <p>The search covers the raw value and its base64, URL-encoded and hex forms.
 */
class CanaryIT {

    private static final String CREDENTIAL = "canary/cred+9f2c71=ential?zq";
    private static final String REFUSED = "canary/refu+51ab77=sed?zq";

    @Test
    @Promise(28)
    void logs_and_database_files_contain_no_canary() throws Exception {
        Map<String, String> debug = Map.of(
                "quarkus.log.level", "DEBUG",
                "quarkus.log.category.\"dev.nexus\".level", "DEBUG",
                "quarkus.log.category.\"io.vertx\".level", "DEBUG",
                "quarkus.log.category.\"org.jboss.resteasy.reactive\".level", "DEBUG");
        try (Nexus nexus = NexusExtension.start("canary", debug)) {
            Backend acme = NexusExtension.backend(nexus, 0);
            List<String> states = sendCanaries(acme);

            List<String> canaries = new ArrayList<>(states);
            canaries.add(CREDENTIAL);
            canaries.add(REFUSED);
            canaries.add(acme.apiKey());

            nexus.gateway().close();
            nexus.broker().close();
            // The checkpoint writes all data in memory to the files. The files do not change afterwards.
            NexusExtension.sql(nexus, "checkpoint");

            String logs = text(nexus.broker().log()) + text(nexus.gateway().log());
            assertThat(logs).contains("DEBUG");
            assertThat(found(canaries, logs)).as("in the logs").isEmpty();
            assertThat(found(canaries, files(nexus.database().data())))
                    .as("in the database's files, including the write-ahead log")
                    .isEmpty();
        }
    }

    @Test
    @Promise({18, 28})
    void database_dump_contains_no_canary() {
        try (Nexus nexus = NexusExtension.start("canary-dump", Map.of())) {
            Backend acme = NexusExtension.backend(nexus, 0);
            List<String> canaries = new ArrayList<>(sendCanaries(acme));
            canaries.addAll(List.of(CREDENTIAL, REFUSED, acme.apiKey()));

            StringBuilder dump = new StringBuilder();
            for (String table : NexusExtension.rows(
                    nexus, "select table_name from information_schema.tables where table_schema = 'public'")) {
                dump.append(String.join("\n", NexusExtension.rows(nexus, "select t::text from " + table + " t")));
            }

            assertThat(dump.toString()).contains("canary-workspace");
            assertThat(found(canaries, dump.toString())).isEmpty();
        }
    }

    @Test
    @Promise(28)
    void canary_is_found_in_each_encoding() {
        for (String encoded : encodings(CREDENTIAL)) {
            assertThat(found(List.of(CREDENTIAL), "before " + encoded + " after"))
                    .as(encoded)
                    .isNotEmpty();
        }
    }

    /** Sends the canaries in successful and in failing requests, and returns the states, which are canaries too. */
    private static List<String> sendCanaries(Backend acme) {
        Begun begun = acme.begin("canary-workspace");
        Begun other = acme.begin("canary-workspace");
        acme.schema(begun.state()).then().statusCode(200);
        RestAssured.given()
                .baseUri(acme.gatewayUrl())
                .queryParam("state", begun.state())
                .get("/auth/capture-schema")
                .then()
                .statusCode(200);
        acme.capture(begun.state(), "{\"api_key\":\"" + REFUSED + "\",\"" + REFUSED + "\":1}")
                .then()
                .statusCode(422);
        acme.capture(begun.state(), "{\"api_key\":\"" + REFUSED + "\"").then().statusCode(400);
        acme.capture(begun.state(), "{\"api_key\":" + REFUSED + "}").then().statusCode(400);
        acme.captureKey(begun.state() + "x", REFUSED).then().statusCode(400);
        acme.captureKey(begun.state(), CREDENTIAL).then().statusCode(200);
        acme.captureKey(begun.state(), REFUSED).then().statusCode(409);
        acme.check(begun.id()).then().statusCode(200);
        acme.token(begun.id()).then().statusCode(200);
        acme.refresh(begun.id()).then().statusCode(400);
        acme.request().get("/v1/connections").then().statusCode(200);
        acme.request().get("/v1/audit-events").then().statusCode(200);
        acme.request().get("/v1/providers").then().statusCode(200);
        acme.request().get("/v1/nothing?state=" + begun.state()).then().statusCode(404);
        acme.request().queryParam("state", begun.state()).get("/v1/token/" + begun.id());
        acme.revoke(other.id()).then().statusCode(204);
        acme.captureKey(other.state(), REFUSED).then().statusCode(409);
        Begun hosted = acme.begin("canary-workspace");
        sendCanariesToPages(acme, hosted);
        return List.of(begun.state(), other.state(), hosted.state());
    }

    private static void sendCanariesToPages(Backend acme, Begun hosted) {
        page(acme)
                .queryParam("state", hosted.state())
                .get("/auth/capture-schema")
                .then()
                .statusCode(303);
        page(acme, hosted).get("/auth/capture/" + hosted.id()).then().statusCode(200);
        String refused = "f0=" + URLEncoder.encode(REFUSED, UTF_8);
        page(acme, hosted)
                .body(refused + "&f1=%zz")
                .post("/auth/capture/" + hosted.id())
                .then()
                .statusCode(400);
        page(acme, hosted)
                .header("Sec-Fetch-Site", "cross-site")
                .body(refused)
                .post("/auth/capture/" + hosted.id())
                .then()
                .statusCode(403);
        page(acme, hosted)
                .body(refused + "%0Asecond")
                .post("/auth/capture/" + hosted.id())
                .then()
                .statusCode(303)
                .header("Location", "/auth/capture/" + hosted.id());
        page(acme, hosted)
                .body("f0=" + URLEncoder.encode(CREDENTIAL, UTF_8))
                .post("/auth/capture/" + hosted.id())
                .then()
                .statusCode(303);
        page(acme, hosted)
                .body(refused)
                .post("/auth/capture/" + hosted.id())
                .then()
                .statusCode(303);
        page(acme, hosted).get("/auth/capture/" + hosted.id()).then().statusCode(409);
    }

    private static RequestSpecification page(Backend acme) {
        return RestAssured.given()
                .config(Backend.AS_TYPED)
                .baseUri(acme.gatewayUrl())
                .redirects()
                .follow(false)
                .header("Accept", "text/html")
                .contentType("application/x-www-form-urlencoded");
    }

    private static RequestSpecification page(Backend acme, Begun hosted) {
        return page(acme).header("Cookie", "nexus-state=" + hosted.state());
    }

    private static List<String> found(List<String> canaries, String text) {
        List<String> found = new ArrayList<>();
        for (String canary : canaries) {
            encodings(canary).stream().filter(text::contains).forEach(found::add);
        }
        return found;
    }

    private static List<String> encodings(String canary) {
        byte[] bytes = canary.getBytes(UTF_8);
        String hex = HexFormat.of().formatHex(bytes);
        return List.of(
                canary,
                // Only the start: the end of the base64 form depends on the following bytes.
                Base64.getEncoder().encodeToString(bytes).substring(0, 24),
                Base64.getUrlEncoder().encodeToString(bytes).substring(0, 24),
                URLEncoder.encode(canary, UTF_8),
                hex,
                hex.toUpperCase(Locale.ROOT));
    }

    private static String files(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                text.append(text(file));
            }
        }
        return text.toString();
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), ISO_8859_1);
    }
}
