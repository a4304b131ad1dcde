package dev.nexus.broker.cipher.vault;

import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.nexus.broker.cipher.CipherMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyVersion;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The transit engine with metrics and circuit breakers. Each key has its own circuit breaker ({@link KeyBreaker}), and
 * all failures of a call count: refusals, time-outs and closed connections. If the key of one tenant is damaged,
 * deleted or slow, only calls with this key fail immediately. Without keys of tenants, all calls have the common key.
 */
final class VaultCalls implements TransitEngine {

    private static final Logger LOG = Logger.getLogger(VaultCalls.class);

    private static final class Encrypted extends TypeLiteral<Uni<List<VaultSecretsTransitEncryptResultBatchItem>>> {
        private static final long serialVersionUID = 1L;
    }

    private static final class Decrypted extends TypeLiteral<Uni<List<VaultSecretsTransitDecryptResultBatchItem>>> {
        private static final long serialVersionUID = 1L;
    }

    private static final class Key extends TypeLiteral<Uni<Optional<VaultSecretsTransitKeyInfo>>> {
        private static final long serialVersionUID = 1L;
    }

    private final TransitEngine vault;
    private final String key;
    private final CipherMeters meters;
    private final AtomicLong successes = new AtomicLong();
    private final LoadingCache<String, KeyBreaker> breakers;
    private volatile Optional<Instant> keyCreated = Optional.empty();

    /**
     * @param key the name of the key that tenants share (nexus.cipher.transit.key). The creation time of its newest
     *     version is a metric
     */
    VaultCalls(TransitEngine vault, String key, MeterRegistry meters) {
        this.vault = vault;
        this.key = key;
        this.meters = new CipherMeters(meters, "transit");
        this.breakers = TransitKeys.cache().build(name -> new KeyBreaker(name, name.equals(key), successes::get));
        this.meters.registerKeyCreated(() -> keyCreated);
    }

    private void recordKeyCreated(VaultSecretsTransitKeyInfo info) {
        Optional.ofNullable(info.getKeys())
                .map(versions -> versions.get(String.valueOf(info.getLatestVersion())))
                .map(VaultSecretsTransitKeyVersion::getCreationTime)
                .ifPresent(time -> keyCreated = Optional.of(time.toInstant()));
    }

    /** Returns true if calls fail, and not only those with the keys of some tenants. */
    boolean isDegraded() {
        return breakers.asMap().values().stream().anyMatch(KeyBreaker::indicatesOutage);
    }

    @Override
    public Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
            String key, List<VaultSecretsTransitEncryptBatchItem> items) {
        return meters.seal(items.size(), guarded(key, () -> vault.encrypt(key, items), new Encrypted()));
    }

    @Override
    public Uni<List<VaultSecretsTransitDecryptResultBatchItem>> decrypt(
            String key, List<VaultSecretsTransitDecryptBatchItem> items) {
        return meters.open(items.size(), guarded(key, () -> vault.decrypt(key, items), new Decrypted()));
    }

    @Override
    public Uni<Optional<VaultSecretsTransitKeyInfo>> key(String name) {
        Uni<Optional<VaultSecretsTransitKeyInfo>> info = guarded(name, () -> vault.key(name), new Key());
        return name.equals(key) ? info.invoke(found -> found.ifPresent(this::recordKeyCreated)) : info;
    }

    private <T> Uni<T> guarded(String key, Supplier<Uni<T>> call, TypeLiteral<Uni<T>> type) {
        return Uni.createFrom().deferred(() -> {
            KeyBreaker breaker = breakers.get(key);
            return breaker.call(call, type)
                    .invoke(answer -> successes.incrementAndGet())
                    .onFailure()
                    .invoke(failure -> {
                        if (breaker.isClosed()) {
                            LOG.warnf("A call to Vault failed: %s", reason(failure));
                        }
                    });
        });
    }

    private static String reason(Throwable failure) {
        return failure instanceof VaultUnavailableException known
                ? String.valueOf(known.getMessage())
                : failure.getClass().getSimpleName();
    }
}
