package dev.nexus.broker.cipher.vault;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.vault.client.VaultClient;
import io.quarkus.vault.client.VaultClientException;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransit;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchParams;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchParams;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.quarkus.vault.client.common.VaultRequest;
import io.quarkus.vault.client.common.VaultResponse;
import io.quarkus.vault.client.json.JsonMapping;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The Broker's calls to the transit engine, and the call that lists the token's capabilities, with the client of
 * {@link VaultClientOverride}. A call without a usable answer fails with a {@link VaultUnavailableException}. The client
 * retries a call only if Vault refused the token, or if the connection was closed.
 */
final class VaultTransit implements TransitEngine {

    private final VaultClient client;
    private final VaultSecretsTransit transit;

    /** @param mount where the transit engine is mounted */
    VaultTransit(VaultClient client, String mount) {
        this.client = client;
        this.transit = client.secrets().transit(mount);
    }

    @Override
    public Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
            String key, List<VaultSecretsTransitEncryptBatchItem> items) {
        VaultSecretsTransitEncryptBatchParams batch =
                new VaultSecretsTransitEncryptBatchParams().setBatchInput(items).allowPartialFailure();
        // If all items fail, the call fails: callers do not distinguish the causes of a failed encryption.
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
                throw new VaultUnavailableException("the number of results differs from the number of values");
            }
        });
    }

    /** Vault answers 400 with the items' errors if all items of a batch fail, even if partial failure is allowed. */
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
                .onFailure(VaultTransit::isNotFound)
                .recoverWithItem(Optional.empty());
    }

    private static boolean isNotFound(Throwable failure) {
        return failure.getCause() instanceof VaultClientException refused
                && Integer.valueOf(404).equals(refused.getStatus());
    }

    /** The capabilities of the current token at each of {@code paths}. */
    Uni<Map<String, List<String>>> capabilities(List<String> paths) {
        VaultRequest<JsonNode> request = VaultRequest.post("Capabilities Self")
                .path("sys", "capabilities-self")
                .body(Map.of("paths", paths))
                .expectOkStatus()
                .build(VaultTransit::json);
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
        return Uni.createFrom().completionStage(call).onFailure().transform(VaultUnavailableException::of);
    }
}
