package dev.nexus.broker.cipher;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
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
 * The transit engine behind a circuit breaker, measured: while Vault fails, calls fail at once instead of waiting for
 * it, and one a second tries whether it is back. Metrics: {@code nexus.cipher.calls} (time, by operation and outcome) and
 * {@code nexus.cipher.batch} (values in a call, by operation).
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
    private final MeterRegistry meters;
    private final Guard guard;
    private volatile Optional<Instant> keyCreated = Optional.empty();
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;

    /** @param key the one key, whose age is shown */
    VaultCalls(TransitEngine vault, String key, MeterRegistry meters) {
        this.vault = vault;
        this.key = key;
        this.meters = meters;
        this.guard = Guard.create()
                .withDescription("vault")
                .withCircuitBreaker()
                .requestVolumeThreshold(VOLUME)
                .failureRatio(FAILURE_RATIO)
                .delay(RETRY_MILLIS, ChronoUnit.MILLIS)
                .successThreshold(1)
                .onStateChange(this::changed)
                .done()
                .build();
        Gauge.builder("nexus.cipher.key.created.timestamp", this, VaultCalls::keyCreated)
                .description(
                        "When the newest version of the transit key was made, in Unix time; NaN until it was looked at")
                .baseUnit("seconds")
                .register(meters);
    }

    private double keyCreated() {
        return keyCreated.map(made -> (double) made.getEpochSecond()).orElse(Double.NaN);
    }

    private void note(VaultSecretsTransitKeyInfo info) {
        Optional.ofNullable(info.getKeys())
                .map(versions -> versions.get(String.valueOf(info.getLatestVersion())))
                .map(VaultSecretsTransitKeyVersion::getCreationTime)
                .ifPresent(made -> keyCreated = Optional.of(made.toInstant()));
    }

    private void changed(CircuitBreakerState next) {
        if (next == CircuitBreakerState.OPEN && state == CircuitBreakerState.CLOSED) {
            LOG.warn("Vault fails; credentials can be neither sealed nor opened until it answers again");
        } else if (next == CircuitBreakerState.CLOSED) {
            LOG.info("Vault answers again");
        }
        state = next;
    }

    /** Whether calls are held back because Vault fails. */
    boolean isHeldBack() {
        return state != CircuitBreakerState.CLOSED;
    }

    @Override
    public Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
            String key, List<VaultSecretsTransitEncryptBatchItem> items) {
        size("seal", items.size());
        return measured("seal", guard.get(() -> vault.encrypt(key, items), new Encrypted()));
    }

    @Override
    public Uni<List<VaultSecretsTransitDecryptResultBatchItem>> decrypt(
            String key, List<VaultSecretsTransitDecryptBatchItem> items) {
        size("open", items.size());
        return measured("open", guard.get(() -> vault.decrypt(key, items), new Decrypted()));
    }

    @Override
    public Uni<Optional<VaultSecretsTransitKeyInfo>> key(String name) {
        Supplier<Uni<Optional<VaultSecretsTransitKeyInfo>>> read = () -> vault.key(name);
        Uni<Optional<VaultSecretsTransitKeyInfo>> info = guard.get(read, new Key());
        return name.equals(key) ? info.invoke(found -> found.ifPresent(this::note)) : info;
    }

    private void size(String operation, int items) {
        DistributionSummary.builder("nexus.cipher.batch")
                .description("Values in one call to Vault")
                .tag("operation", operation)
                .register(meters)
                .record(items);
    }

    private <T> Uni<T> measured(String operation, Uni<T> call) {
        return Uni.createFrom().deferred(() -> {
            Timer.Sample sample = Timer.start(meters);
            return call.onItemOrFailure().invoke((answer, failure) -> {
                if (failure != null && !isHeldBack()) {
                    LOG.warnf("A call to Vault failed: %s", reason(failure));
                }
                sample.stop(Timer.builder("nexus.cipher.calls")
                        .description("Calls to Vault")
                        .tag("operation", operation)
                        .tag("outcome", failure == null ? "success" : "failure")
                        .register(meters));
            });
        });
    }

    private static String reason(Throwable failure) {
        return failure instanceof VaultUnavailableException known
                ? String.valueOf(known.getMessage())
                : failure.getClass().getSimpleName();
    }
}
