package dev.nexus.broker.cipher.vault;

import dev.nexus.broker.cipher.CipherBackend;
import dev.nexus.broker.cipher.CipherConfig.Kind;
import dev.nexus.broker.cipher.CredentialCipher;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.vault.client.VaultClient;
import io.smallrye.mutiny.TimeoutException;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Connects to Vault and refuses to start if the transit key or the rights of the Broker's token are unsafe. */
@Singleton
class VaultAtStart implements CipherBackend {

    private static final Logger LOG = Logger.getLogger(VaultAtStart.class);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    /** The time for which a starting Broker waits for a Vault that is sealed or does not answer. */
    private static final Duration START_WAIT = Duration.ofSeconds(30);

    private final TransitConfig config;
    private final VaultSettings settings;
    private final Instance<VaultClient> client;
    private final MeterRegistry meters;
    private volatile @Nullable VaultCalls calls;

    /**
     * @param client created only if {@code nexus.cipher.kind} or {@code nexus.cipher.migration-kind} is {@code transit}
     */
    VaultAtStart(TransitConfig config, VaultSettings settings, Instance<VaultClient> client, MeterRegistry meters) {
        this.config = config;
        this.settings = settings;
        this.client = client;
        this.meters = meters;
    }

    @Override
    public Kind kind() {
        return Kind.TRANSIT;
    }

    @Override
    public CredentialCipher open() {
        settings.validate(ConfigUtils.isProfileActive("prod"));
        VaultTransit transit = new VaultTransit(client.get(), settings.mount());
        awaitSafe(new TransitGuards(transit, config, settings));
        VaultCalls guarded = new VaultCalls(transit, config.key(), meters);
        calls = guarded;
        return new TransitCipher(guarded, new TransitKeys(config, guarded::key), config);
    }

    /**
     * Waits while Vault gives no usable answer. Fails if {@link TransitGuards} refuses the key or the token, or if
     * Vault gives no usable answer within {@link #START_WAIT}.
     */
    private void awaitSafe(TransitGuards guards) {
        Instant deadline = Instant.now().plus(START_WAIT);
        while (true) {
            try {
                guards.check().await().atMost(settings.timeout().multipliedBy(4));
                return;
            } catch (VaultUnavailableException | TimeoutException unavailable) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException(
                            "Vault at quarkus.vault.url did not answer within " + START_WAIT.toSeconds() + " s ("
                                    + reason(unavailable)
                                    + "). Check that it runs and is unsealed, that quarkus.vault.tls.ca-cert"
                                    + " contains the authority of its certificate, and that the login below"
                                    + " quarkus.vault.authentication is correct",
                            unavailable);
                }
                LOG.warnf("Waiting for Vault: %s", reason(unavailable));
                pause();
            }
        }
    }

    private static String reason(RuntimeException unavailable) {
        return unavailable instanceof TimeoutException ? "no answer in time" : String.valueOf(unavailable.getMessage());
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_INTERVAL.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Vault", interrupted);
        }
    }

    @Override
    public boolean isDegraded() {
        VaultCalls opened = calls;
        return opened != null && opened.isDegraded();
    }
}
