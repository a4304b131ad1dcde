package dev.nexus.broker.cipher.vault;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.vault.client.VaultClient;
import io.quarkus.vault.client.VaultClientException;
import io.quarkus.vault.client.api.auth.token.VaultAuthToken;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransit;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchParams;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchParams;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.quarkus.vault.client.auth.VaultAppRoleAuthOptions;
import io.quarkus.vault.client.auth.VaultAppRoleTokenProvider;
import io.quarkus.vault.client.auth.VaultAuthRequest;
import io.quarkus.vault.client.auth.VaultKubernetesAuthOptions;
import io.quarkus.vault.client.auth.VaultKubernetesTokenProvider;
import io.quarkus.vault.client.auth.VaultTokenProvider;
import io.quarkus.vault.client.common.VaultRequest;
import io.quarkus.vault.client.common.VaultResponse;
import io.quarkus.vault.client.json.JsonMapping;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The calls to Vault that the Broker makes, over {@link VaultHttp}. A call that brings no answer of the expected kind fails with a
 * {@link VaultUnavailableException}. A call is repeated only if the token was lost or its connection was closed under it.
 */
final class VaultConnection implements TransitEngine, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(VaultConnection.class);
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final long KEEP_ALIVE_MILLIS = 1_000;

    /** Calls that wait for a connection; more fail at once. */
    private static final int MAX_WAITING = 200;

    private final Vertx vertx;
    private final VaultHttp http;
    private final VaultClient client;
    private final VaultSecretsTransit transit;
    private final long keepAlive;

    private VaultConnection(Vertx vertx, VaultHttp http, VaultClient client, VaultLogin login, String mount) {
        this.vertx = vertx;
        this.http = http;
        this.client = client;
        this.transit = client.secrets().transit(mount);
        this.keepAlive = vertx.setPeriodic(KEEP_ALIVE_MILLIS, timer -> keepAlive(login));
    }

    /** @throws IllegalStateException with the setting and the cure where the configuration is not whole */
    static VaultConnection open(Vertx vertx, TransitConfig config) {
        URI url = config.url()
                .orElseThrow(() -> new IllegalStateException(
                        "nexus.cipher.transit.url must be Vault's address, such as https://vault.example.com:8200"));
        VaultLogin login = new VaultLogin(login(config), InstantSource.system());
        WebClientOptions options = new WebClientOptions()
                .setMaxPoolSize(config.poolSize())
                .setMaxWaitQueueSize(MAX_WAITING)
                .setConnectTimeout((int) CONNECT.toMillis())
                .setFollowRedirects(false)
                .setUserAgentEnabled(false);
        config.caFile().ifPresent(file -> options.setTrustOptions(new PemTrustOptions().addCertPath(readable(file))));
        VaultHttp http = new VaultHttp(vertx, options, config.timeout());
        VaultClient.Builder client = VaultClient.builder()
                .executor(http)
                .requestTimeout(config.timeout())
                .maxRetries(1)
                .tokenProvider(login);
        try {
            client.baseUrl(url.toURL());
        } catch (MalformedURLException | IllegalArgumentException malformed) {
            http.close();
            throw new IllegalStateException(
                    "nexus.cipher.transit.url must be an absolute http or https URL", malformed);
        }
        config.namespace().ifPresent(client::namespace);
        return new VaultConnection(vertx, http, client.build(), login, config.mount());
    }

    private static String readable(Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalStateException(
                    "nexus.cipher.transit.ca-file must name a readable file of PEM certificates");
        }
        return file.toString();
    }

    private static VaultTokenProvider login(TransitConfig config) {
        Optional<String> role = config.kubernetes().role();
        Optional<String> roleId = config.appRole().roleId();
        if (role.isPresent() == roleId.isPresent()) {
            throw new IllegalStateException("give one of nexus.cipher.transit.kubernetes.role and"
                    + " nexus.cipher.transit.app-role.role-id: it says how the Broker logs in to Vault");
        }
        return role.map(name -> kubernetes(config.kubernetes(), name))
                .orElseGet(() -> appRole(config.appRole(), roleId.orElseThrow()));
    }

    private static VaultTokenProvider kubernetes(TransitConfig.Kubernetes config, String role) {
        String setting = "nexus.cipher.transit.kubernetes.token-file";
        return new VaultKubernetesTokenProvider(VaultKubernetesAuthOptions.builder()
                .mountPath(config.mount())
                .role(role)
                .jwtProvider(() -> read(config.tokenFile(), setting))
                .build());
    }

    private static VaultTokenProvider appRole(TransitConfig.AppRole config, String roleId) {
        String setting = "nexus.cipher.transit.app-role.secret-id-file";
        Path file = config.secretIdFile()
                .orElseThrow(() -> new IllegalStateException(setting + " must name the file with the secret id"));
        return new VaultAppRoleTokenProvider(VaultAppRoleAuthOptions.builder()
                .mountPath(config.mount())
                .roleId(roleId)
                .customSecretIdProvider(request -> read(file, setting))
                .build());
    }

    /** A few hundred bytes, at most once a second: not worth another thread. */
    private static CompletionStage<String> read(Path file, String setting) {
        try {
            return CompletableFuture.completedStage(Files.readString(file).strip());
        } catch (IOException failure) {
            LOG.errorf(
                    "The file of %s cannot be read: %s",
                    setting, failure.getClass().getSimpleName());
            return CompletableFuture.failedStage(new UncheckedIOException(failure));
        }
    }

    private void keepAlive(VaultLogin login) {
        VaultAuthRequest request =
                VaultAuthRequest.of(client, VaultAuthToken.FACTORY.renewSelf(null), InstantSource.system());
        CompletionStage<?> unused = login.keepAlive(request).whenComplete((token, failure) -> {
            if (failure != null) {
                LOG.warnf("Vault gives no token: %s", failed(failure).getMessage());
            }
        });
    }

    @Override
    public Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
            String key, List<VaultSecretsTransitEncryptBatchItem> items) {
        VaultSecretsTransitEncryptBatchParams batch =
                new VaultSecretsTransitEncryptBatchParams().setBatchInput(items).allowPartialFailure();
        return answer(() -> transit.encryptBatch(key, batch), items.size());
    }

    @Override
    public Uni<List<VaultSecretsTransitDecryptResultBatchItem>> decrypt(
            String key, List<VaultSecretsTransitDecryptBatchItem> items) {
        VaultSecretsTransitDecryptBatchParams batch =
                new VaultSecretsTransitDecryptBatchParams().setBatchInput(items).allowPartialFailure();
        return answer(() -> transit.decryptBatch(key, batch), items.size())
                .onFailure(failure -> allRefused(failure, items.size()))
                .recoverWithItem(() -> refusals(items.size()));
    }

    private static <T> Uni<List<T>> answer(Supplier<CompletionStage<List<T>>> call, int size) {
        return uni(call).invoke(results -> {
            if (results == null || results.size() != size) {
                throw new VaultUnavailableException("an answer of another length");
            }
        });
    }

    /** Where every item of a batch fails, Vault answers 400 with the items' errors, whatever else was asked for. */
    private static boolean allRefused(Throwable failure, int size) {
        if (failure.getCause() instanceof VaultClientException refused
                && Integer.valueOf(400).equals(refused.getStatus())
                && refused.getBody() != null) {
            try {
                JsonNode results =
                        JsonMapping.mapper.readTree(refused.getBody()).at("/data/batch_results");
                return results.isArray() && results.size() == size;
            } catch (IOException notJson) {
                return false;
            }
        }
        return false;
    }

    private static List<VaultSecretsTransitDecryptResultBatchItem> refusals(int size) {
        List<VaultSecretsTransitDecryptResultBatchItem> refusals = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            refusals.add(new VaultSecretsTransitDecryptResultBatchItem().setError("refused"));
        }
        return refusals;
    }

    @Override
    public Uni<Optional<VaultSecretsTransitKeyInfo>> key(String name) {
        return uni(() -> transit.readKey(name))
                .map(Optional::ofNullable)
                .onFailure(VaultConnection::isNotFound)
                .recoverWithItem(Optional.empty());
    }

    private static boolean isNotFound(Throwable failure) {
        return failure.getCause() instanceof VaultClientException refused
                && Integer.valueOf(404).equals(refused.getStatus());
    }

    /** What the held token may do at each of {@code paths}, by Vault's own word. */
    Uni<Map<String, List<String>>> capabilities(List<String> paths) {
        VaultRequest<JsonNode> request = VaultRequest.post("Capabilities Self")
                .path("sys", "capabilities-self")
                .body(Map.of("paths", paths))
                .expectOkStatus()
                .build(VaultConnection::json);
        return uni(() -> client.execute(request).thenApply(VaultResponse::getResult))
                .map(answer -> {
                    Map<String, List<String>> capabilities = new HashMap<>();
                    for (String path : paths) {
                        List<String> may = new ArrayList<>();
                        answer.path("data").path(path).forEach(capability -> may.add(capability.asText()));
                        capabilities.put(path, may);
                    }
                    return capabilities;
                });
    }

    private static Optional<JsonNode> json(VaultResponse<JsonNode> response) {
        return response.getBody().map(body -> {
            try {
                return JsonMapping.mapper.readTree(body);
            } catch (IOException notJson) {
                throw new VaultUnavailableException("an answer that is not JSON");
            }
        });
    }

    private static <T> Uni<T> uni(Supplier<? extends CompletionStage<T>> call) {
        return Uni.createFrom().completionStage(call).onFailure().transform(VaultConnection::failed);
    }

    /** Vault's own words may quote what it was sent: its status, or what kind of failure it was, is all that travels. */
    private static VaultUnavailableException failed(Throwable failure) {
        Throwable cause = VaultLogin.cause(failure);
        if (cause instanceof VaultUnavailableException known) {
            return known;
        }
        return cause instanceof VaultClientException answered && answered.getStatus() != null
                ? new VaultUnavailableException("status " + answered.getStatus(), answered)
                : new VaultUnavailableException(cause.getClass().getSimpleName(), cause);
    }

    @Override
    public void close() {
        vertx.cancelTimer(keepAlive);
        http.close();
    }
}
