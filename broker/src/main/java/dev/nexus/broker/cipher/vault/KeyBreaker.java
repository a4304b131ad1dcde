package dev.nexus.broker.cipher.vault;

import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.util.TypeLiteral;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The circuit breaker of one transit key. It opens if at least two of the last four calls with the key failed. While it
 * is open, calls with the key fail immediately. One second after it has opened, the next call is sent to Vault. If this
 * call succeeds, the circuit breaker closes. Otherwise it stays open for another second. Thread-safe.
 */
final class KeyBreaker {

    private static final Logger LOG = Logger.getLogger(KeyBreaker.class);
    private static final int VOLUME = 4;
    private static final double FAILURE_RATIO = 0.5;
    private static final long RETRY_MILLIS = 1_000;

    private final String key;
    private final boolean common;
    private final LongSupplier successes;
    private final Guard guard;
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;
    private volatile long successesAtOpening;

    /**
     * @param common true for the key that tenants share
     * @param successes the number of successful calls with all keys since the start
     */
    KeyBreaker(String key, boolean common, LongSupplier successes) {
        this.key = key;
        this.common = common;
        this.successes = successes;
        this.guard = Guard.create()
                .withDescription("vault")
                .withCircuitBreaker()
                .requestVolumeThreshold(VOLUME)
                .failureRatio(FAILURE_RATIO)
                .delay(RETRY_MILLIS, ChronoUnit.MILLIS)
                .successThreshold(1)
                .onStateChange(this::changeState)
                .done()
                .build();
    }

    private void changeState(CircuitBreakerState next) {
        if (next == CircuitBreakerState.OPEN && state == CircuitBreakerState.CLOSED) {
            successesAtOpening = successes.getAsLong();
            logOpening();
        } else if (next == CircuitBreakerState.CLOSED) {
            logClosing();
        }
        state = next;
    }

    private void logOpening() {
        if (common) {
            LOG.warn("Vault fails. Credentials cannot be encrypted or decrypted until it answers again");
        } else {
            LOG.warnf(
                    "Calls to Vault with the key %s fail. The values of its tenant cannot be used until one succeeds",
                    key);
        }
    }

    private void logClosing() {
        if (common) {
            LOG.info("Vault answers again");
        } else {
            LOG.infof("Calls to Vault with the key %s succeed again", key);
        }
    }

    <T> Uni<T> call(Supplier<Uni<T>> call, TypeLiteral<Uni<T>> type) {
        return guard.get(call, type);
    }

    boolean isClosed() {
        return state == CircuitBreakerState.CLOSED;
    }

    /**
     * Returns true if the circuit breaker is not closed, and the cause can be Vault itself. This is so for the common
     * key. For the key of a tenant, it is so until a call with another key succeeds.
     */
    boolean indicatesOutage() {
        return !isClosed() && (common || successesAtOpening == successes.getAsLong());
    }
}
