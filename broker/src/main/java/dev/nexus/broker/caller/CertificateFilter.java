package dev.nexus.broker.caller;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jboss.logging.Logger;

/** Answers 401 and closes the connection if its certificate is not the Gateway's. Runs before all other checks. */
@ApplicationScoped
class CertificateFilter {

    /** Before Quarkus's authentication, which has priority 200, and before all handlers that precede it. */
    private static final int FIRST = 10_000;

    private static final Logger LOG = Logger.getLogger(CertificateFilter.class);

    private final TrustedCertificates certificates;
    private final String body;

    CertificateFilter(TrustedCertificates certificates, ObjectMapper json) throws JsonProcessingException {
        this.certificates = certificates;
        this.body = json.writeValueAsString(
                ErrorBody.of(ErrorCode.UNAUTHORIZED, "A valid client certificate of the Gateway is required"));
    }

    void register(@Observes Filters filters) {
        if (certificates.areRequired()) {
            filters.register(this::check, FIRST);
        }
    }

    private void check(RoutingContext context) {
        if (hasGatewayCertificate(context.request())) {
            context.next();
            return;
        }
        LOG.warn("A caller was refused: its certificate is not one of nexus.broker.gateway-identity,"
                + " or no longer valid");
        context.response()
                .setStatusCode(ErrorCode.UNAUTHORIZED.status())
                .putHeader("Content-Type", "application/json")
                .end(body)
                .onComplete(sent -> context.request().connection().close());
    }

    private boolean hasGatewayCertificate(HttpServerRequest request) {
        SSLSession session = request.sslSession();
        if (session == null) {
            return false;
        }
        try {
            return session.getPeerCertificates() instanceof X509Certificate[] chain && certificates.isGateway(chain);
        } catch (SSLPeerUnverifiedException none) {
            return false;
        }
    }
}
