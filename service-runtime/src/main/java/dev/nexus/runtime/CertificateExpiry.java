package dev.nexus.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads when the certificates of the TLS configurations expire, for the metric
 * {@code nexus.certificate.not.after.timestamp} (Unix time) and for {@link CertificateReadiness}. For each TLS
 * configuration, the metric has one value for the service's {@code own} certificates and one for the {@code trusted}
 * ones: the earliest expiry. In the metric, {@code own} includes the chains of the certificates. For the readiness,
 * {@link #own()} omits them.
 */
@ApplicationScoped
class CertificateExpiry {

    private static final Logger LOG = Logger.getLogger(CertificateExpiry.class);

    private final TlsConfigurationRegistry registry;
    private final MeterRegistry meters;
    private final Map<String, Validity> own = new ConcurrentSkipListMap<>();
    private final Map<String, Instant> notAfter = new ConcurrentHashMap<>();

    CertificateExpiry(TlsConfigurationRegistry registry, MeterRegistry meters) {
        this.registry = registry;
        this.meters = meters;
    }

    /** The validity of the certificates that this service presents. */
    record Validity(Instant notBefore, Instant notAfter) {

        /** The clock of the authority that issued a new certificate can be ahead of this machine's clock. */
        private static final Duration TOLERANCE = Duration.ofSeconds(60);

        boolean hasBegun(Instant time) {
            return !time.plus(TOLERANCE).isBefore(notBefore);
        }

        boolean contains(Instant time) {
            return hasBegun(time) && !time.isAfter(notAfter);
        }
    }

    @Startup
    void readAll() {
        Stream.of(TlsReload.NAMES).forEach(name -> registry.get(name).ifPresent(tls -> read(name, tls)));
    }

    void reread(@Observes CertificateUpdatedEvent event) {
        read(event.name(), event.tlsConfiguration());
    }

    /**
     * The validity of this service's own certificates, without their chains. The keys are the names of the TLS
     * configurations.
     */
    Map<String, Validity> own() {
        return Collections.unmodifiableMap(own);
    }

    private void read(String name, TlsConfiguration tls) {
        try {
            List<X509Certificate> leaves = leaves(tls.getKeyStore());
            if (!leaves.isEmpty()) {
                own.put(name, validity(leaves));
            }
            updateGauge(name, "own", certificates(tls.getKeyStore()));
            updateGauge(name, "trusted", certificates(tls.getTrustStore()));
        } catch (KeyStoreException failure) {
            LOG.warnf(
                    "Cannot read when the certificates expire: setting=quarkus.tls.%s reason=\"%s\"",
                    name, failure.getMessage());
        }
    }

    private static Validity validity(List<X509Certificate> certificates) {
        Instant from = certificates.stream()
                .map(certificate -> certificate.getNotBefore().toInstant())
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
        return new Validity(from, firstToExpire(certificates));
    }

    private static Instant firstToExpire(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    private void updateGauge(String name, String kind, List<X509Certificate> certificates) {
        String key = name + " " + kind;
        if (!certificates.isEmpty() && notAfter.put(key, firstToExpire(certificates)) == null) {
            Gauge.builder("nexus.certificate.not.after.timestamp", notAfter, expiries ->
                            (double) expiries.getOrDefault(key, Instant.EPOCH).getEpochSecond())
                    .description("Unix time when the first certificate of a TLS configuration expires")
                    .baseUnit("seconds")
                    .tag("configuration", name)
                    .tag("certificate", kind)
                    .register(meters);
        }
    }

    /** Returns the certificate of each private key of a store: the first of its chain. */
    private static List<X509Certificate> leaves(@Nullable KeyStore store) throws KeyStoreException {
        List<X509Certificate> leaves = new ArrayList<>();
        if (store != null) {
            for (String alias : Collections.list(store.aliases())) {
                if (store.getCertificate(alias) instanceof X509Certificate leaf) {
                    leaves.add(leaf);
                }
            }
        }
        return leaves;
    }

    /** Returns all certificates of a store, with the whole chain of each private key. */
    private static List<X509Certificate> certificates(@Nullable KeyStore store) throws KeyStoreException {
        List<X509Certificate> certificates = new ArrayList<>();
        if (store != null) {
            for (String alias : Collections.list(store.aliases())) {
                Certificate[] chain = store.getCertificateChain(alias);
                Stream.of(chain == null ? new Certificate[] {store.getCertificate(alias)} : chain)
                        .filter(X509Certificate.class::isInstance)
                        .map(X509Certificate.class::cast)
                        .forEach(certificates::add);
            }
        }
        return certificates;
    }
}
