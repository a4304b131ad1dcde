package dev.nexus.broker.cipher.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Differences between the Broker's client bean and that of the extension, tested against a simulated Vault. */
class VaultClientOverrideTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 12;

    private final Vertx vertx = Vertx.vertx();
    private final List<JsonObject> logins = new CopyOnWriteArrayList<>();
    private final List<HttpServerRequest> reads = new CopyOnWriteArrayList<>();
    private final List<HttpServerRequest> redirected = new CopyOnWriteArrayList<>();
    private volatile Consumer<HttpServerRequest> vault = request -> {};
    private OpenVault opened;

    @BeforeEach
    void open() throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        opened = OpenVault.of(
                vertx,
                Map.of(
                        "quarkus.vault.url",
                        "http://127.0.0.1:" + server.actualPort(),
                        "quarkus.vault.read-timeout",
                        "PT60S",
                        "quarkus.vault.enterprise.namespace",
                        "team",
                        OpenVault.ROLE_ID,
                        "role",
                        "quarkus.vault.authentication.app-role.secret-id",
                        "secret",
                        "nexus.cipher.transit.batch-calls",
                        String.valueOf(CONNECTIONS / 4)));
    }

    @AfterEach
    void close() {
        opened.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void answer(HttpServerRequest request) {
        if (request.path().equals("/v1/auth/approle/login")) {
            request.body().onSuccess(body -> {
                logins.add(body.toJsonObject());
                request.response().end(token());
            });
        } else if (request.path().equals("/v1/transit/keys/nexus")) {
            reads.add(request);
            vault.accept(request);
        } else {
            redirected.add(request);
            request.response().end("{}");
        }
    }

    private static Buffer token() {
        return new JsonObject()
                .put("auth", Map.of("client_token", "token", "renewable", true, "lease_duration", 3_600))
                .toBuffer();
    }

    private static void answerKey(HttpServerRequest request) {
        request.response()
                .end(new JsonObject().put("data", Map.of("name", "nexus")).toBuffer());
    }

    private CompletableFuture<Optional<VaultSecretsTransitKeyInfo>> readKey() {
        return opened.transit().key("nexus").subscribeAsCompletionStage();
    }

    @Test
    void calls_run_on_all_connections_of_the_pool() {
        List<CompletableFuture<?>> calls = new ArrayList<>();

        for (int i = 0; i < CONNECTIONS; i++) {
            calls.add(readKey());
        }

        await().atMost(PATIENCE).until(() -> reads.size() == CONNECTIONS);
        reads.forEach(VaultClientOverrideTest::answerKey);
        assertThat(calls).allSatisfy(call -> assertThat(call).succeedsWithin(PATIENCE));
    }

    @Test
    void calls_before_the_login_share_one_login_with_the_settings_of_the_extension() {
        vault = VaultClientOverrideTest::answerKey;

        CompletableFuture<?> one = readKey();
        CompletableFuture<?> other = readKey();

        assertThat(CompletableFuture.allOf(one, other)).succeedsWithin(PATIENCE);
        assertThat(logins)
                .containsExactly(new JsonObject().put("role_id", "role").put("secret_id", "secret"));
        assertThat(reads).allSatisfy(request -> {
            assertThat(request.getHeader("X-Vault-Token")).isEqualTo("token");
            assertThat(request.getHeader("X-Vault-Namespace")).isEqualTo("team");
        });
    }

    @Test
    void a_redirect_is_not_followed() {
        vault = request -> request.response()
                .setStatusCode(307)
                .putHeader("Location", request.absoluteURI().replace("keys/nexus", "keys/other"))
                .end();

        assertThatThrownBy(() -> readKey().get(60, TimeUnit.SECONDS)).hasMessageContaining("status 307");

        assertThat(redirected).isEmpty();
    }

    @Test
    void a_call_whose_connection_is_closed_is_repeated_once() {
        vault = request -> {
            if (reads.size() == 1) {
                request.connection().close();
            } else {
                answerKey(request);
            }
        };

        CompletableFuture<?> call = readKey();

        assertThat(call).succeedsWithin(PATIENCE);
        assertThat(reads).hasSize(2);
    }
}
