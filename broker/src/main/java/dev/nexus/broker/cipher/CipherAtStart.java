package dev.nexus.broker.cipher;

import dev.nexus.broker.cipher.CipherConfig.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Chooses the ciphers that the configuration names, and refuses to start where one would be unsafe. */
@ApplicationScoped
class CipherAtStart {

    private static final Logger LOG = Logger.getLogger(CipherAtStart.class);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private static final int FIRST = Interceptor.Priority.PLATFORM_BEFORE - 1;

    private final CipherConfig config;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private @Nullable VaultConnection vault;
    private @Nullable VaultCalls calls;

    CipherAtStart(CipherConfig config, Vertx vertx, MeterRegistry meters) {
        this.config = config;
        this.vertx = vertx;
        this.meters = meters;
    }

    /**
     * Before everything else, the scheduler above all: a job on an event loop that asked for the cipher meanwhile would
     * wait for this, and this waits for the event loop.
     */
    @Produces
    @Singleton
    @Startup(FIRST)
    CredentialCipher cipher() {
        refuseUnsafe(config, ConfigUtils.isProfileActive("prod"));
        CredentialCipher seals = cipher(config.kind());
        return config.alsoOpens()
                .<CredentialCipher>map(former -> new RoutedCipher(seals, cipher(former)))
                .orElse(seals);
    }

    static void refuseUnsafe(CipherConfig config, boolean production) {
        if (production && config.kind() == Kind.LOCAL) {
            throw new IllegalStateException("nexus.cipher.kind=local is refused in the production profile: the local"
                    + " keyset lies beside the data. Set nexus.cipher.kind=transit and nexus.cipher.transit.url, or run"
                    + " with -Dquarkus.profile=quickstart to try things out.");
        }
        if (config.alsoOpens().filter(config.kind()::equals).isPresent()) {
            throw new IllegalStateException(
                    "nexus.cipher.also-opens must name the other cipher, or be absent: it is what nexus.cipher.kind is");
        }
    }

    private CredentialCipher cipher(Kind kind) {
        return switch (kind) {
            case LOCAL -> measured(config.local());
            case TRANSIT -> transit(config.transit());
        };
    }

    private CredentialCipher measured(CipherConfig.Local local) {
        CipherMeters measures = new CipherMeters(meters, LocalKeysetCipher.NAME);
        local.keysetFile().map(KeysetFile::new).ifPresent(file -> measures.keyCreated(file::writtenAt));
        return new MeasuredCipher(local(local), measures);
    }

    static CredentialCipher local(CipherConfig.Local config) {
        Path path = config.keysetFile()
                .orElseThrow(() -> new IllegalStateException(
                        "nexus.cipher.local.keyset-file must name a file: the local keyset is read from it, or made"));
        LOG.warnf("The local keyset is in use, which is not for production");
        try {
            return new LocalKeysetCipher(new KeysetFile(path));
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(
                    "The file of nexus.cipher.local.keyset-file cannot be read or made ("
                            + failure.getClass().getSimpleName() + ")",
                    failure);
        }
    }

    private CredentialCipher transit(CipherConfig.Transit transit) {
        VaultConnection connection = VaultConnection.open(vertx, transit);
        vault = connection;
        awaitSafe(new TransitGuards(connection, transit), transit);
        VaultCalls guarded = new VaultCalls(connection, transit.key(), meters);
        calls = guarded;
        return new TransitCipher(guarded, new TransitKeys(transit, guarded::key), transit);
    }

    /** Waits for a Vault that is away; what is unsafe, or away for too long, ends the start. */
    private static void awaitSafe(TransitGuards guards, CipherConfig.Transit transit) {
        Instant patience = Instant.now().plus(transit.startWait());
        while (true) {
            try {
                guards.check().await().atMost(transit.timeout().multipliedBy(4));
                return;
            } catch (VaultUnavailableException | TimeoutException away) {
                if (Instant.now().isAfter(patience)) {
                    throw new IllegalStateException(
                            "Vault at nexus.cipher.transit.url did not let the Broker look at its key and its rights within"
                                    + " nexus.cipher.transit.start-wait (" + reason(away)
                                    + "): is it up and unsealed, and"
                                    + " is the login right?",
                            away);
                }
                LOG.warnf("Waiting for Vault: %s", reason(away));
                pause();
            }
        }
    }

    private static String reason(RuntimeException away) {
        return away instanceof TimeoutException ? "no answer in time" : String.valueOf(away.getMessage());
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_TRIES.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Vault", interrupted);
        }
    }

    /** Whether calls to Vault are held back at the moment; never where the cipher needs none. */
    boolean isHeldBack() {
        return calls != null && calls.isHeldBack();
    }

    @PreDestroy
    void close() {
        if (vault != null) {
            vault.close();
        }
    }
}
