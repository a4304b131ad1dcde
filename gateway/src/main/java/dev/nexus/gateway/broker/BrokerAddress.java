package dev.nexus.gateway.broker;

import io.quarkus.tls.TlsConfiguration;
import java.net.URI;
import java.util.Optional;

/** What nexus.gateway.broker-url and quarkus.tls.broker may be together. */
final class BrokerAddress {

    private static final String URL = "nexus.gateway.broker-url";
    private static final String SEE = "; see docs/reference/configuration.md on mutual TLS";

    private BrokerAddress() {}

    /** Which parts of quarkus.tls.broker there are. */
    record Tls(boolean keyStore, boolean trustStore, boolean trustAll, boolean namesChecked) {

        static Tls of(TlsConfiguration tls) {
            return new Tls(
                    tls.getKeyStore() != null,
                    tls.getTrustStore() != null,
                    tls.isTrustAll(),
                    tls.getHostnameVerificationAlgorithm()
                            .filter("NONE"::equalsIgnoreCase)
                            .isEmpty());
        }
    }

    /** Refuses what would be unsafe, naming the setting and the cure. */
    static void check(URI url, Optional<Tls> tls, boolean production) {
        boolean https = "https".equalsIgnoreCase(url.getScheme());
        if (!https && production) {
            throw new IllegalStateException(
                    URL + " must be https in production: credentials pass between the Gateway and the Broker" + SEE);
        }
        if (!https) {
            return;
        }
        if (tls.filter(Tls::keyStore).isEmpty()) {
            throw new IllegalStateException(
                    "quarkus.tls.broker.key-store must hold the Gateway's client certificate where " + URL
                            + " is https: give quarkus.tls.broker.key-store.pem.0.cert and .key" + SEE);
        }
        if (tls.filter(Tls::trustStore).isEmpty() || tls.get().trustAll()) {
            throw new IllegalStateException("quarkus.tls.broker.trust-store must hold the authority of the Broker's"
                    + " certificate, and trust-all must be off: give quarkus.tls.broker.trust-store.pem.certs" + SEE);
        }
        if (!tls.get().namesChecked()) {
            throw new IllegalStateException("quarkus.tls.broker.hostname-verification-algorithm must not be NONE: issue"
                    + " the Broker's certificate for the host in " + URL + SEE);
        }
    }
}
