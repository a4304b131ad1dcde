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
 * Which certificates are the Gateway's, by the files as they are now. TLS looks at a certificate once, when a connection
 * is opened, and a Gateway keeps its connections for hours: so each request asks again whether the certificate of its
 * connection is in date, of an authority that is still trusted, and not revoked. What was found is held until the files
 * are read again.
 */
@ApplicationScoped
class TrustedCertificates {

    private static final Logger LOG = Logger.getLogger(TrustedCertificates.class);
    private static final int MAX_HELD = 1_000;

    private final Optional<String> name;
    private final Optional<GatewayIdentity> identity;
    private volatile Optional<Files> files;

    TrustedCertificates(
            MutualTlsConfig config,
            TlsConfigurationRegistry registry,
            @ConfigProperty(name = "quarkus.http.tls-configuration-name") Optional<String> name)
            throws GeneralSecurityException {
        this.name = name;
        this.identity = config.gatewayIdentity().map(GatewayIdentity::new);
        Optional<TlsConfiguration> tls = name.flatMap(registry::get);
        this.files = tls.isEmpty() ? Optional.empty() : Optional.of(Files.of(tls.get()));
    }

    /** What was read, and what was found by it: a finding never outlives its files. */
    private record Files(X509TrustManager authorities, List<CRL> revocations, Cache<X509Certificate, Boolean> found) {

        static Files of(TlsConfiguration tls) throws GeneralSecurityException {
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
            return new Files(
                    authorities,
                    revocations,
                    Caffeine.newBuilder().maximumSize(MAX_HELD).build());
        }

        boolean trusts(X509Certificate[] chain) {
            return found.get(chain[0], unknown -> !isRevoked(unknown) && isOfAnAuthority(chain));
        }

        private boolean isRevoked(X509Certificate certificate) {
            return revocations.stream().anyMatch(list -> list.isRevoked(certificate));
        }

        private boolean isOfAnAuthority(X509Certificate[] chain) {
            try {
                authorities.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
                return true;
            } catch (CertificateException refused) {
                return false;
            }
        }
    }

    /** Whether the Broker demands certificates at all; {@link MutualTlsAtStart} says where it may do without. */
    boolean areDemanded() {
        return files.isPresent();
    }

    /** Whether {@code chain}, its own certificate first, is the Gateway's at this moment. */
    boolean areTheGateways(X509Certificate[] chain) {
        return isInDate(chain[0])
                && identity.filter(gateway -> gateway.isIn(chain[0])).isPresent()
                && files.filter(current -> current.trusts(chain)).isPresent();
    }

    private static boolean isInDate(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return true;
        } catch (CertificateException outOfDate) {
            return false;
        }
    }

    void reread(@Observes CertificateUpdatedEvent event) {
        if (name.filter(event.name()::equals).isEmpty()) {
            return;
        }
        try {
            files = Optional.of(Files.of(event.tlsConfiguration()));
            LOG.infof("The files of quarkus.tls.%s were read again", event.name());
        } catch (GeneralSecurityException failure) {
            LOG.errorf(
                    "The new files of quarkus.tls.%s cannot be used, the former ones stay: %s",
                    event.name(), failure.getClass().getSimpleName());
        }
    }
}
