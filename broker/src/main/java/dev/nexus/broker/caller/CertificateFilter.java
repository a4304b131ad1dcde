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

/** Answers 401, and hangs up, where a connection's certificate is not the Gateway's; before anything else is looked at. */
@ApplicationScoped
class CertificateFilter {

    /** Ahead of Quarkus's own authentication, which is at 200, and of all that comes before that. */
    private static final int FIRST = 10_000;

    private static final Logger LOG = Logger.getLogger(CertificateFilter.class);

    private final TrustedCertificates certificates;
    private final String body;

    CertificateFilter(TrustedCertificates certificates, ObjectMapper json) throws JsonProcessingException {
        this.certificates = certificates;
        this.body = json.writeValueAsString(
                ErrorBody.of(ErrorCode.UNAUTHORIZED, "A valid client certificate of the Gateway is needed"));
    }

    void register(@Observes Filters filters) {
        if (certificates.areDemanded()) {
            filters.register(this::check, FIRST);
        }
    }

    private void check(RoutingContext context) {
        if (isTheGateways(context.request())) {
            context.next();
            return;
        }
        LOG.warn(
                "A caller was refused: its certificate is not one of nexus.broker.gateway-identity, or no longer good");
        context.response()
                .setStatusCode(ErrorCode.UNAUTHORIZED.status())
                .putHeader("Content-Type", "application/json")
                .end(body)
                .onComplete(sent -> context.request().connection().close());
    }

    private boolean isTheGateways(HttpServerRequest request) {
        SSLSession session = request.sslSession();
        if (session == null) {
            return false;
        }
        try {
            return session.getPeerCertificates() instanceof X509Certificate[] chain
                    && certificates.areTheGateways(chain);
        } catch (SSLPeerUnverifiedException none) {
            return false;
        }
    }
}
