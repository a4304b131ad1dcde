package dev.nexus.broker.caller;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Decides whether a client certificate is the Gateway's, based on the current files of the TLS configuration. TLS
 * checks a certificate only when a connection opens, and a Gateway keeps its connections for hours. The Broker
 * therefore checks the certificate again for each request: its validity period, its identity, its authority and its
 * revocation. The results for identity, authority and revocation are cached until the files are reloaded.
 */
@ApplicationScoped
class TrustedCertificates {

    private static final Logger LOG = Logger.getLogger(TrustedCertificates.class);
    private static final int MAX_CACHED = 1_000;

    private final Optional<String> name;
    private final Optional<GatewayIdentity> identity;
    private volatile Optional<TrustFiles> files;

    TrustedCertificates(
            GatewayIdentityConfig config,
            TlsConfigurationRegistry registry,
            @ConfigProperty(name = "quarkus.http.tls-configuration-name") Optional<String> name)
            throws GeneralSecurityException {
        this.name = name;
        this.identity = config.gatewayIdentity().map(GatewayIdentity::new);
        Optional<TlsConfiguration> tls = name.flatMap(registry::get);
        this.files = tls.isEmpty() ? Optional.empty() : Optional.of(TrustFiles.of(tls.get()));
    }

    /** The contents of the files, and the results of the checks against them. A reload replaces both together. */
    private record TrustFiles(
            X509TrustManager authorities, List<CRL> revocations, Cache<X509Certificate, Boolean> results) {

        static TrustFiles of(TlsConfiguration tls) throws GeneralSecurityException {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(tls.getTrustStore());
            X509TrustManager authorities = Stream.of(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new GeneralSecurityException("no X.509 trust manager"));
            List<CRL> revocations = new ArrayList<>();
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            for (var list : tls.getSSLOptions().getCrlValues()) {
                revocations.addAll(x509.generateCRLs(new ByteArrayInputStream(list.getBytes())));
            }
            return new TrustFiles(
                    authorities,
                    revocations,
                    Caffeine.newBuilder().maximumSize(MAX_CACHED).build());
        }

        boolean trusts(X509Certificate[] chain, GatewayIdentity gateway) {
            return results.get(
                    chain[0], unknown -> gateway.matches(unknown) && !isRevoked(unknown) && isIssuedByAuthority(chain));
        }

        private boolean isRevoked(X509Certificate certificate) {
            return revocations.stream().anyMatch(list -> list.isRevoked(certificate));
        }

        private boolean isIssuedByAuthority(X509Certificate[] chain) {
            try {
                authorities.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
                return true;
            } catch (CertificateException refused) {
                return false;
            }
        }
    }

    /**
     * Returns true if the Broker requires client certificates. In production, {@link MutualTlsAtStart} refuses to start
     * if this is false.
     */
    boolean areRequired() {
        return files.isPresent();
    }

    /**
     * Returns true if the certificate is the Gateway's and is valid now.
     *
     * @param chain the certificate, followed by its issuers
     */
    boolean isGateway(X509Certificate[] chain) {
        Optional<TrustFiles> current = files;
        return current.isPresent()
                && identity.isPresent()
                && isInValidityPeriod(chain[0])
                && current.get().trusts(chain, identity.get());
    }

    private static boolean isInValidityPeriod(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return true;
        } catch (CertificateException outOfDate) {
            return false;
        }
    }

    void reload(@Observes CertificateUpdatedEvent event) {
        if (name.filter(event.name()::equals).isEmpty()) {
            return;
        }
        try {
            files = Optional.of(TrustFiles.of(event.tlsConfiguration()));
            LOG.infof("The files of quarkus.tls.%s were read again", event.name());
        } catch (GeneralSecurityException failure) {
            LOG.errorf(
                    "The new files of quarkus.tls.%s cannot be used. The previous files stay in use: %s",
                    event.name(), failure.getClass().getSimpleName());
        }
    }
}
