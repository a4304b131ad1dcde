package dev.nexus.broker.cipher.vault;

import io.quarkus.vault.client.VaultClient;
import io.quarkus.vault.client.VaultClientException;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransit;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitUpdateKeyParams;
import io.quarkus.vault.client.http.vertx.VertxVaultHttpClient;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * A tenant's own transit key, for the operator who destroys it. After that, the values that the key has encrypted
 * cannot be decrypted in any copy of the database. The Broker itself has no right to destroy a key.
 */
public final class TenantKey {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Vault vault;
    private final String name;

    private TenantKey(Vault vault, String name) {
        this.vault = vault;
        this.name = name;
    }

    /**
     * The access to Vault. {@code toString} omits the token.
     *
     * @param token the operator's token
     * @param caFile the file of the trusted PEM certificates; empty for Java's default certificates
     * @param mount where the transit engine is mounted
     */
    public record Vault(String address, String token, Optional<String> caFile, String mount) {
        @Override
        public String toString() {
            return "Vault[" + address + "]";
        }
    }

    /**
     * Returns the own key of {@code tenant}.
     *
     * @param commonKey the name of the common key ({@code nexus.cipher.transit.key})
     */
    public static TenantKey of(Vault vault, String commonKey, String tenant) {
        return new TenantKey(vault, TransitKeys.ofTenant(commonKey, tenant));
    }

    /**
     * Destroys all versions of the key. A destroyed key cannot be restored. Blocks.
     *
     * @return the key's name; empty if the key does not exist
     * @throws IllegalStateException if Vault refuses or does not answer. The message has Vault's status, or the cause
     *     if the status is missing
     */
    public Optional<String> destroy() {
        Vertx vertx = Vertx.vertx();
        WebClientOptions options = new WebClientOptions().setFollowRedirects(false);
        vault.caFile().ifPresent(file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file)));
        WebClient http = WebClient.create(vertx, options);
        try {
            VaultSecretsTransit transit = VaultClient.builder()
                    .baseUrl(vault.address())
                    .clientToken(vault.token())
                    .requestTimeout(TIMEOUT)
                    .executor(new VertxVaultHttpClient(http))
                    .build()
                    .secrets()
                    .transit(vault.mount());
            if (!exists(transit)) {
                return Optional.empty();
            }
            transit.updateKey(name, new VaultSecretsTransitUpdateKeyParams().setDeletionAllowed(true))
                    .thenCompose(allowed -> transit.deleteKey(name))
                    .toCompletableFuture()
                    .join();
            return Optional.of(name);
        } catch (CompletionException failure) {
            throw new IllegalStateException(
                    "Vault did not destroy the key " + name + " (" + reason(failure) + ")", failure);
        } finally {
            http.close();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private boolean exists(VaultSecretsTransit transit) {
        try {
            return transit.readKey(name).toCompletableFuture().join() != null;
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof VaultClientException answered
                    && Integer.valueOf(404).equals(answered.getStatus())) {
                return false;
            }
            throw failure;
        }
    }

    private static String reason(CompletionException failure) {
        return failure.getCause() instanceof VaultClientException answered && answered.getStatus() != null
                ? "status " + answered.getStatus()
                : String.valueOf(failure.getCause());
    }
}
