package dev.nexus.broker.cipher.vault;

import dev.nexus.broker.cipher.CipherBackend;
import dev.nexus.broker.cipher.CipherConfig.Kind;
import dev.nexus.broker.cipher.CredentialCipher;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.vault.client.VaultClient;
import io.smallrye.mutiny.TimeoutException;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Connects to Vault and refuses to start if the transit key or the rights of the Broker's token are unsafe. If Vault is
 * sealed or down, the Broker starts without it.
 */
@Singleton
class VaultAtStart implements CipherBackend {

    private static final Logger LOG = Logger.getLogger(VaultAtStart.class);

    /** A login, the two calls of {@link TransitGuards}, and one retry. */
    private static final int CALLS_OF_CHECK = 4;

    private final TransitConfig config;
    private final VaultSettings settings;
    private final Instance<VaultClient> client;
    private final MeterRegistry meters;
    private volatile @Nullable Opened opened;

    /**
     * @param client created only if {@code nexus.cipher.kind} or {@code nexus.cipher.migration-kind} is {@code transit}
     */
    VaultAtStart(TransitConfig config, VaultSettings settings, Instance<VaultClient> client, MeterRegistry meters) {
        this.config = config;
        this.settings = settings;
        this.client = client;
        this.meters = meters;
    }

    private record Opened(CheckedTransit transit, VaultCalls calls) {}

    @Override
    public Kind kind() {
        return Kind.TRANSIT;
    }

    @Override
    public CredentialCipher open() {
        settings.validate(ConfigUtils.isProfileActive("prod"));
        VaultTransit transit = new VaultTransit(client.get(), settings.mount());
        TransitGuards guards = new TransitGuards(transit, config, settings);
        CheckedTransit checked = new CheckedTransit(transit, guards::check, VaultAtStart::stop);
        checkNow(checked);
        VaultCalls calls = new VaultCalls(checked, config.key(), meters);
        opened = new Opened(checked, calls);
        return new TransitCipher(calls, new TransitKeys(config, calls::key), config);
    }

    /**
     * Fails if {@link TransitGuards} refuses the key or the token. If Vault gives no usable answer, the start continues,
     * and the first call checks again.
     */
    private void checkNow(CheckedTransit checked) {
        try {
            checked.check().await().atMost(settings.timeout().multipliedBy(CALLS_OF_CHECK));
        } catch (VaultUnavailableException | TimeoutException unavailable) {
            LOG.errorf(
                    "Vault at quarkus.vault.url gives no usable answer (%s). The Broker starts, and credentials cannot"
                            + " be encrypted or decrypted until Vault answers. Check that Vault runs and is unsealed,"
                            + " that quarkus.vault.tls.ca-cert contains the authority of its certificate, and that the"
                            + " login below quarkus.vault.authentication is correct",
                    reason(unavailable));
        }
    }

    private static String reason(RuntimeException unavailable) {
        return unavailable instanceof TimeoutException ? "no answer in time" : String.valueOf(unavailable.getMessage());
    }

    private static void stop(IllegalStateException unsafe) {
        LOG.errorf("The Broker stops: %s", unsafe.getMessage());
        Quarkus.asyncExit(1);
    }

    @Override
    public boolean isReached() {
        Opened used = opened;
        return used == null || used.transit().isReached();
    }

    @Override
    public boolean isDegraded() {
        Opened used = opened;
        return used != null && (!used.transit().isSafe() || used.calls().isDegraded());
    }
}
