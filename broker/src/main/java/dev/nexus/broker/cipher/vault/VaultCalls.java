package dev.nexus.broker.cipher.vault;

import dev.nexus.broker.cipher.CipherMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyVersion;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The transit engine with metrics and a circuit breaker. The circuit breaker opens if at least two of the last four
 * calls failed. While it is open, calls fail immediately. One second after it has opened, the next call is sent to
 * Vault. If this call succeeds, the circuit breaker closes. Otherwise it stays open for another second.
 */
final class VaultCalls implements TransitEngine {

    private static final Logger LOG = Logger.getLogger(VaultCalls.class);
    private static final int VOLUME = 4;
    private static final double FAILURE_RATIO = 0.5;
    private static final long RETRY_MILLIS = 1_000;

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
    private final Guard guard;
    private volatile Optional<Instant> keyCreated = Optional.empty();
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;

    /**
     * @param key the name of the key that tenants share (nexus.cipher.transit.key). The creation time of its newest
     *     version is a metric
     */
    VaultCalls(TransitEngine vault, String key, MeterRegistry meters) {
        this.vault = vault;
        this.key = key;
        this.meters = new CipherMeters(meters, "transit");
        this.guard = Guard.create()
                .withDescription("vault")
                .withCircuitBreaker()
                .requestVolumeThreshold(VOLUME)
                .failureRatio(FAILURE_RATIO)
                .delay(RETRY_MILLIS, ChronoUnit.MILLIS)
                .successThreshold(1)
                .onStateChange(this::logStateChange)
                .done()
                .build();
        this.meters.registerKeyCreated(() -> keyCreated);
    }

    private void recordKeyCreated(VaultSecretsTransitKeyInfo info) {
        Optional.ofNullable(info.getKeys())
                .map(versions -> versions.get(String.valueOf(info.getLatestVersion())))
                .map(VaultSecretsTransitKeyVersion::getCreationTime)
                .ifPresent(time -> keyCreated = Optional.of(time.toInstant()));
    }

    private void logStateChange(CircuitBreakerState next) {
        if (next == CircuitBreakerState.OPEN && state == CircuitBreakerState.CLOSED) {
            LOG.warn("Vault fails. Credentials cannot be encrypted or decrypted until it answers again");
        } else if (next == CircuitBreakerState.CLOSED) {
            LOG.info("Vault answers again");
        }
        state = next;
    }

    /** Returns true if the circuit breaker is open or half open. */
    boolean isDegraded() {
        return state != CircuitBreakerState.CLOSED;
    }

    @Override
    public Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
            String key, List<VaultSecretsTransitEncryptBatchItem> items) {
        return meters.seal(items.size(), logFailures(guard.get(() -> vault.encrypt(key, items), new Encrypted())));
    }

    @Override
    public Uni<List<VaultSecretsTransitDecryptResultBatchItem>> decrypt(
            String key, List<VaultSecretsTransitDecryptBatchItem> items) {
        return meters.open(items.size(), logFailures(guard.get(() -> vault.decrypt(key, items), new Decrypted())));
    }

    @Override
    public Uni<Optional<VaultSecretsTransitKeyInfo>> key(String name) {
        Supplier<Uni<Optional<VaultSecretsTransitKeyInfo>>> read = () -> vault.key(name);
        Uni<Optional<VaultSecretsTransitKeyInfo>> info = guard.get(read, new Key());
        return name.equals(key) ? info.invoke(found -> found.ifPresent(this::recordKeyCreated)) : info;
    }

    private <T> Uni<T> logFailures(Uni<T> call) {
        return call.onFailure().invoke(failure -> {
            if (!isDegraded()) {
                LOG.warnf("A call to Vault failed: %s", reason(failure));
            }
        });
    }

    private static String reason(Throwable failure) {
        return failure instanceof VaultUnavailableException known
                ? String.valueOf(known.getMessage())
                : failure.getClass().getSimpleName();
    }
}
