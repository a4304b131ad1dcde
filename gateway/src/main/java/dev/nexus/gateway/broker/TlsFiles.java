package dev.nexus.gateway.broker;

import io.quarkus.tls.TlsConfiguration;
import io.vertx.core.buffer.Buffer;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a TLS configuration's files held when they were read, to tell whether they changed. */
record TlsFiles(Set<Certificate> own, Set<Certificate> trusted, List<Buffer> revoked) {

    static TlsFiles of(TlsConfiguration tls) throws KeyStoreException {
        return new TlsFiles(
                certificates(tls.getKeyStore()),
                certificates(tls.getTrustStore()),
                List.copyOf(tls.getSSLOptions().getCrlValues()));
    }

    private static Set<Certificate> certificates(KeyStore store) throws KeyStoreException {
        Set<Certificate> certificates = new HashSet<>();
        for (String alias : Collections.list(store.aliases())) {
            certificates.add(store.getCertificate(alias));
        }
        return certificates;
    }
}
