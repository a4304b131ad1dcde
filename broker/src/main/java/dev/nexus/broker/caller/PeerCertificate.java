package dev.nexus.broker.caller;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jboss.logging.Logger;

/** Checks for each request that the client certificate of the connection is the Gateway's. */
@ApplicationScoped
class PeerCertificate {

    private static final Logger LOG = Logger.getLogger(PeerCertificate.class);

    private final TrustedCertificates certificates;

    PeerCertificate(TrustedCertificates certificates) {
        this.certificates = certificates;
    }

    /** Returns true if the certificate is the Gateway's, or if the Broker requires none. */
    boolean isAccepted(HttpServerRequest request) {
        if (!certificates.areRequired() || hasGatewayCertificate(request)) {
            return true;
        }
        LOG.warn("A caller was refused: it has no valid client certificate with the name in"
                + " nexus.broker.gateway-identity");
        return false;
    }

    static ApiException refused() {
        return new ApiException(ErrorCode.UNAUTHORIZED, "A valid client certificate of the Gateway is required");
    }

    private boolean hasGatewayCertificate(HttpServerRequest request) {
        SSLSession session = request.sslSession();
        if (session == null) {
            return false;
        }
        try {
            // Copied, not cast: with some TLS engines, the array is not an X509Certificate[].
            Certificate[] peer = session.getPeerCertificates();
            return certificates.isGateway(Arrays.copyOf(peer, peer.length, X509Certificate[].class));
        } catch (SSLPeerUnverifiedException none) {
            return false;
        }
    }
}
