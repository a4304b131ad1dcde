package dev.nexus.operations;

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
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * When this service's certificates end: {@code nexus.certificate.not.after.timestamp} (Unix time) by TLS configuration; the
 * first to end of its own and those that it trusts.
 */
@ApplicationScoped
class CertificateExpiry {

    private static final Logger LOG = Logger.getLogger(CertificateExpiry.class);

    private final TlsConfigurationRegistry registry;
    private final MeterRegistry meters;
    private final Map<String, Instant> notAfter = new ConcurrentHashMap<>();

    CertificateExpiry(TlsConfigurationRegistry registry, MeterRegistry meters) {
        this.registry = registry;
        this.meters = meters;
    }

    @Startup
    void look() {
        // The names that the two services give to what they show each other.
        Stream.of("gateway", "broker").forEach(name -> registry.get(name).ifPresent(tls -> note(name, tls)));
    }

    void reread(@Observes CertificateUpdatedEvent event) {
        note(event.name(), event.tlsConfiguration());
    }

    private void note(String name, TlsConfiguration tls) {
        try {
            Stream.concat(ends(tls.getKeyStore()), ends(tls.getTrustStore()))
                    .min(Instant::compareTo)
                    .ifPresent(end -> show(name, end));
        } catch (KeyStoreException failure) {
            LOG.warnf("The certificates of quarkus.tls.%s cannot be looked at, their end is not known", name);
        }
    }

    private void show(String name, Instant end) {
        if (notAfter.put(name, end) == null) {
            Gauge.builder("nexus.certificate.not.after.timestamp", notAfter, ends ->
                            (double) ends.getOrDefault(name, Instant.EPOCH).getEpochSecond())
                    .description("When the first of a TLS configuration's certificates ends, in Unix time")
                    .baseUnit("seconds")
                    .tag("configuration", name)
                    .register(meters);
        }
    }

    private static Stream<Instant> ends(@Nullable KeyStore store) throws KeyStoreException {
        if (store == null) {
            return Stream.empty();
        }
        Stream.Builder<Instant> ends = Stream.builder();
        for (String alias : Collections.list(store.aliases())) {
            if (store.getCertificate(alias) instanceof X509Certificate certificate) {
                ends.add(certificate.getNotAfter().toInstant());
            }
        }
        return ends.build();
    }
}
