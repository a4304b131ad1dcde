package dev.nexus.gateway.component;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API keys file, mounted and replaced as in Kubernetes. */
@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
class ApiKeysFileReloadTest {

    private static final String SETTING = "nexus.gateway.api-keys-file";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TestHTTPResource(value = "/health/ready", management = true)
    URL ready;

    @TestHTTPResource(value = "/metrics", management = true)
    URL metrics;

    @BeforeEach
    void stubBroker() {
        StubbedBroker.answerEverything();
    }

    @AfterEach
    void restoreKeys() throws IOException {
        StubbedBroker.apiKeysFile().replace(StubbedBroker.apiKeys());
        await().atMost(PATIENCE).until(() -> status(StubbedBroker.apiKey()) == 200 && isValid());
    }

    @Test
    void replaced_link_accepts_a_new_key_and_rejects_a_removed_one() throws IOException {
        TestApiKey added = TestApiKey.mint();
        assertThat(status(added.value())).as("before the swap").isEqualTo(401);

        StubbedBroker.apiKeysFile().replace("keys:\n" + added.entry("connections:read", 1_000, 1_000));

        await().atMost(PATIENCE).until(() -> status(added.value()) == 200);
        assertThat(status(StubbedBroker.apiKey())).as("a removed key").isEqualTo(401);
    }

    @Test
    void reduced_scopes_and_revocation_take_effect() throws IOException {
        TestApiKey changed = TestApiKey.mint();
        StubbedBroker.apiKeysFile().replace(StubbedBroker.apiKeys() + changed.entry("connections:read", 1_000, 1_000));
        await().atMost(PATIENCE).until(() -> status(changed.value()) == 200);

        StubbedBroker.apiKeysFile().replace(StubbedBroker.apiKeys() + changed.entry("audit:read", 1_000, 1_000));
        await().atMost(PATIENCE).until(() -> status(changed.value()) == 403);

        StubbedBroker.apiKeysFile()
                .replace(StubbedBroker.apiKeys() + changed.entry("connections:read", 1_000, 1_000)
                        + "  revoked: true\n");
        await().atMost(PATIENCE).until(() -> status(changed.value()) == 401);
    }

    @Test
    void invalid_file_keeps_the_previous_keys_and_is_reported() throws IOException {
        double loadedAt = metric("nexus_file_loaded_timestamp_seconds");
        assertThat(isValid()).isTrue();
        Map<String, String> reasons = Map.of(
                "keys: [{id: oops}]", "keys[0]",
                "keys: [canary-3f1c", "is not valid YAML",
                "", "the top level is empty");

        reasons.forEach((broken, reason) -> {
            replace(broken);

            await().atMost(PATIENCE).until(() -> detail().contains(reason));
            assertThat(detail()).startsWith("invalid since ").doesNotContain("oops", "canary-3f1c");
            assertThat(isValid()).as("the metric").isFalse();
            assertThat(status(StubbedBroker.apiKey())).as("a previous key").isEqualTo(200);
            assertThat(filesStatus())
                    .as("a broken file does not make the Gateway unready")
                    .isEqualTo("UP");
            assertThat(metric("nexus_file_loaded_timestamp_seconds"))
                    .as("the time of the last successful load")
                    .isEqualTo(loadedAt);
        });
        replace(StubbedBroker.apiKeys());

        await().atMost(PATIENCE).until(this::isValid);
        assertThat(detail()).isEqualTo("valid");
    }

    private static void replace(String content) {
        try {
            StubbedBroker.apiKeysFile().replace(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int status(String key) {
        return given().header("X-API-Key", key).get("/v1/providers").statusCode();
    }

    private boolean isValid() {
        return metric("nexus_file_valid") == 1;
    }

    private double metric(String name) {
        String sample = name + "{file=\"" + SETTING + "\"";
        return given().get(metrics)
                .asString()
                .lines()
                .filter(line -> line.startsWith(sample))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + sample));
    }

    private String detail() {
        return files().path("checks.find { it.name == 'files' }.data['" + SETTING + "']");
    }

    private String filesStatus() {
        return files().path("checks.find { it.name == 'files' }.status");
    }

    private Response files() {
        return given().get(ready);
    }
}
