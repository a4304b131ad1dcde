package dev.nexus.runtime;

import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.interceptor.Interceptor;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * Checks the TLS files of {@code quarkus.tls.gateway} and {@code quarkus.tls.broker} every two seconds. Reloads them if
 * their content has changed, or if the last reload failed.
 *
 * <p>Quarkus's own {@code reload-period} silently ignores an unreadable file, and accepts a key that does not belong to
 * the certificate. This class reports both errors, and fires {@link CertificateUpdatedEvent} only for valid files.
 */
@ApplicationScoped
class TlsReload {

    /** The TLS configurations for the connections between the two services. */
    static final String[] NAMES = {"gateway", "broker"};

    private static final String PREFIX = "quarkus.tls.";
    private static final byte[] CHALLENGE = {1};

    private final TlsConfigurationRegistry registry;
    private final Event<CertificateUpdatedEvent> updated;
    private final ReloadedFiles files;
    private final Vertx vertx;
    private final TlsConfig settings;
    private final Map<String, WatchedTlsFiles> watched = new ConcurrentHashMap<>();

    TlsReload(
            TlsConfigurationRegistry registry,
            TlsConfig settings,
            Event<CertificateUpdatedEvent> updated,
            ReloadedFiles files,
            Vertx vertx) {
        this.registry = registry;
        this.settings = settings;
        this.updated = updated;
        this.files = files;
        this.vertx = vertx;
    }

    /**
     * Runs before the beans that use the files. Records their content and then reads them again, so that no change
     * since Quarkus read them is missed.
     */
    @Startup(Interceptor.Priority.PLATFORM_BEFORE)
    void register() {
        settings.namedCertificateConfig().forEach((name, configured) -> {
            if (List.of(NAMES).contains(name)) {
                find(name).ifPresent(tls -> {
                    WatchedTlsFiles tlsFiles = WatchedTlsFiles.of(configured);
                    tlsFiles.changed();
                    load(name, tls, tlsFiles);
                    watched.put(name, tlsFiles);
                });
            }
        });
    }

    private Optional<TlsConfiguration> find(String name) {
        return registry.get(name).filter(tls -> tls.getKeyStore() != null || tls.getTrustStore() != null);
    }

    @Scheduled(every = "2s", delayed = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void reload() {
        watched.forEach((name, tlsFiles) -> {
            if (tlsFiles.changed() || !files.of(PREFIX + name).isValid()) {
                find(name).ifPresent(tls -> reload(name, tls, tlsFiles));
            }
        });
    }

    private void reload(String name, TlsConfiguration tls, WatchedTlsFiles tlsFiles) {
        if (load(name, tls, tlsFiles)) {
            updated.fire(new CertificateUpdatedEvent(name, tls));
        }
    }

    /** Loads the files. Returns whether they can be used. */
    private boolean load(String name, TlsConfiguration tls, WatchedTlsFiles tlsFiles) {
        Optional<String> problem = problem(tls);
        tlsFiles.loaded();
        problem.ifPresentOrElse(
                files.of(PREFIX + name)::invalid, () -> files.of(PREFIX + name).loaded());
        return problem.isEmpty();
    }

    private Optional<String> problem(TlsConfiguration tls) {
        try {
            if (!tls.reload()) {
                return Optional.of("a certificate, key or authority file is missing or is not valid PEM");
            }
            return keysMatch(tls)
                    ? Optional.empty()
                    : Optional.of("the private key does not belong to the certificate; replace both in one step");
        } catch (GeneralSecurityException | RuntimeException failure) {
            return Optional.of("a certificate, key, authority or revocation list file cannot be read: "
                    + failure.getClass().getSimpleName());
        }
    }

    private boolean keysMatch(TlsConfiguration tls) throws GeneralSecurityException {
        if (tls.getKeyStoreOptions() == null) {
            return true;
        }
        try {
            for (KeyManager manager :
                    tls.getKeyStoreOptions().getKeyManagerFactory(vertx).getKeyManagers()) {
                if (manager instanceof X509KeyManager keys && !allMatch(keys)) {
                    return false;
                }
            }
            return true;
        } catch (GeneralSecurityException failure) {
            throw failure;
        } catch (Exception failure) {
            // Vert.x declares Exception.
            throw new GeneralSecurityException(failure);
        }
    }

    private static boolean allMatch(X509KeyManager keys) throws GeneralSecurityException {
        for (String type : new String[] {"EC", "RSA", "EdDSA"}) {
            String[] aliases = keys.getServerAliases(type, null);
            for (String alias : aliases == null ? new String[0] : aliases) {
                PublicKey certified = keys.getCertificateChain(alias)[0].getPublicKey();
                if (!matches(keys.getPrivateKey(alias), certified)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns true if {@code key} is the private key of {@code certified}. */
    private static boolean matches(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> key.getAlgorithm();
                });
        signature.initSign(key);
        signature.update(CHALLENGE);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(CHALLENGE);
        return signature.verify(signed);
    }
}
