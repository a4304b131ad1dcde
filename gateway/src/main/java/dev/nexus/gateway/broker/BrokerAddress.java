package dev.nexus.gateway.broker;

import io.quarkus.tls.TlsConfiguration;
import java.net.URI;
import java.util.Optional;

/** Checks that nexus.gateway.broker-url and quarkus.tls.broker are safe together. */
final class BrokerAddress {

    private static final String URL = "nexus.gateway.broker-url";
    private static final String SEE = "; see docs/reference/configuration.md on mutual TLS";

    private BrokerAddress() {}

    /** The parts of quarkus.tls.broker that matter for the check. */
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

    /** @throws IllegalStateException for an unsafe combination. The message names the setting and the fix */
    static void check(URI url, Optional<Tls> tls, boolean production) {
        boolean https = "https".equalsIgnoreCase(url.getScheme());
        if (!https && production) {
            throw new IllegalStateException(
                    URL + " must be https in production, because the Gateway sends credentials to the Broker" + SEE);
        }
        if (!https) {
            return;
        }
        if (tls.filter(Tls::keyStore).isEmpty()) {
            throw new IllegalStateException(
                    "quarkus.tls.broker.key-store must have the Gateway's client certificate if " + URL
                            + " is https. Set quarkus.tls.broker.key-store.pem.0.cert and .key" + SEE);
        }
        if (tls.filter(Tls::trustStore).isEmpty() || tls.get().trustAll()) {
            throw new IllegalStateException("quarkus.tls.broker.trust-store must have the authority of the Broker's"
                    + " certificate, and trust-all must be off. Set quarkus.tls.broker.trust-store.pem.certs" + SEE);
        }
        if (!tls.get().namesChecked()) {
            throw new IllegalStateException("quarkus.tls.broker.hostname-verification-algorithm must not be NONE. Issue"
                    + " the Broker's certificate for the host in " + URL + SEE);
        }
    }
}
