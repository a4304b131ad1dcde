package dev.nexus.broker.cipher.vault;

import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitDecryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitEncryptResultBatchItem;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Sends no call to Vault before the check of the key and the token has succeeded. A Broker can therefore start while
 * Vault is sealed or down. Until the check has succeeded, each call repeats it first. Thread-safe.
 */
final class CheckedTransit implements TransitEngine {

    private static final Logger LOG = Logger.getLogger(CheckedTransit.class);

    private final TransitEngine vault;
    private final Supplier<Uni<Void>> guards;
    private final Consumer<IllegalStateException> onUnsafe;
    private final AtomicReference<State> state = new AtomicReference<>(State.NOT_REACHED);

    private enum State {
        /** Vault has not answered yet, or a wrong setting can be the cause of its answer. */
        NOT_REACHED,

        /** Vault has answered with a server error, because it is sealed or has no active node. */
        FAILING,

        SAFE
    }

    /**
     * @param guards {@link TransitGuards#check}
     * @param onUnsafe called if a call finds that the key or the token is unsafe
     */
    CheckedTransit(TransitEngine vault, Supplier<Uni<Void>> guards, Consumer<IllegalStateException> onUnsafe) {
        this.vault = vault;
        this.guards = guards;
        this.onUnsafe = onUnsafe;
    }

    /** Checks the key and the token. Fails like {@link TransitGuards#check}. */
    Uni<Void> check() {
        return guards.get().invoke(this::recordSafe).onFailure().invoke(this::recordFailure);
    }

    private void recordSafe() {
        if (state.getAndSet(State.SAFE) != State.SAFE) {
            LOG.info("Vault answers: the transit key and the rights of the Broker's token are safe");
        }
    }

    private void recordFailure(Throwable failure) {
        state.updateAndGet(last -> last == State.SAFE ? State.SAFE : afterFailure(last, failure));
    }

    /**
     * A failure without an answer of Vault changes nothing. Otherwise a short network failure while Vault is sealed
     * would make all Brokers unready.
     */
    private static State afterFailure(State last, Throwable failure) {
        if (failure instanceof VaultUnavailableException unavailable) {
            return unavailable.isErrorOfVault() ? State.FAILING : unavailable.isRefusal() ? State.NOT_REACHED : last;
        }
        return State.NOT_REACHED;
    }

    /**
     * Returns true if the check has succeeded, or if Vault has answered with a server error. Vault's address and the
     * trusted authority of its certificate are then correct.
     */
    boolean isReached() {
        return state.get() != State.NOT_REACHED;
    }

    /** Returns true if the check has succeeded. */
    boolean isSafe() {
        return state.get() == State.SAFE;
    }

    private <T> Uni<T> afterCheck(Supplier<Uni<T>> call) {
        if (isSafe()) {
            return call.get();
        }
        return check().onFailure(IllegalStateException.class)
                .transform(unsafe -> {
                    onUnsafe.accept(unsafe);
                    return new VaultUnavailableException("the key or the token is unsafe", unsafe);
                })
                .flatMap(safe -> call.get());
    }

    @Override
    public Uni<List<VaultSecretsTransitEncryptResultBatchItem>> encrypt(
            String key, List<VaultSecretsTransitEncryptBatchItem> items) {
        return afterCheck(() -> vault.encrypt(key, items));
    }

    @Override
    public Uni<List<VaultSecretsTransitDecryptResultBatchItem>> decrypt(
            String key, List<VaultSecretsTransitDecryptBatchItem> items) {
        return afterCheck(() -> vault.decrypt(key, items));
    }

    @Override
    public Uni<Optional<VaultSecretsTransitKeyInfo>> key(String name) {
        return afterCheck(() -> vault.key(name));
    }
}
