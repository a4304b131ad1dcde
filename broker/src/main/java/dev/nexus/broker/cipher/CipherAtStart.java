package dev.nexus.broker.cipher;

import dev.nexus.broker.cipher.CipherConfig.Kind;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/** Opens the ciphers that the configuration names, and refuses to start if one of them is unsafe. */
@ApplicationScoped
class CipherAtStart {

    private static final int FIRST = Interceptor.Priority.PLATFORM_BEFORE - 1;

    private final CipherConfig config;
    private final Instance<CipherBackend> backends;

    CipherAtStart(CipherConfig config, @Any Instance<CipherBackend> backends) {
        this.config = config;
        this.backends = backends;
    }

    /**
     * Opens the configured ciphers, before all other beans start except the check of mutual TLS. Otherwise the
     * scheduler could start first and cause a deadlock. A job that needs the cipher would block its event loop until
     * this method returns. This method would wait for an answer on the same event loop.
     */
    @Produces
    @Singleton
    @Startup(FIRST)
    CredentialCipher cipher() {
        refuseUnsafe(config, ConfigUtils.isProfileActive("prod"));
        CredentialCipher target = backend(config.kind()).open();
        return config.migrationKind()
                .<CredentialCipher>map(
                        other -> new MigrationCipher(target, backend(other).open()))
                .orElse(target);
    }

    static void refuseUnsafe(CipherConfig config, boolean production) {
        if (production && config.kind() == Kind.LOCAL) {
            throw new IllegalStateException("nexus.cipher.kind=local is refused in the production profile: the local"
                    + " keyset is in a file next to the data. Set nexus.cipher.kind=transit and quarkus.vault.url."
                    + " For a test, run with -Dquarkus.profile=quickstart");
        }
        if (config.migrationKind().filter(config.kind()::equals).isPresent()) {
            throw new IllegalStateException("nexus.cipher.migration-kind must differ from nexus.cipher.kind."
                    + " Remove it if no migration is in progress");
        }
    }

    private CipherBackend backend(Kind kind) {
        return backends.stream()
                .filter(backend -> backend.kind() == kind)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nexus.cipher: no cipher has the kind " + kind));
    }

    /** Returns true if Vault has answered since the start, or if no cipher uses Vault. */
    boolean isReached() {
        return backends.stream().allMatch(CipherBackend::isReached);
    }

    /**
     * Returns true if the circuit breaker to Vault is open or half open, or if the Broker has not yet checked the key.
     * Returns false if no cipher uses Vault.
     */
    boolean isDegraded() {
        return backends.stream().anyMatch(CipherBackend::isDegraded);
    }
}
