package dev.nexus.runtime;

import dev.nexus.runtime.CertificateExpiry.Validity;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready while this service's own certificate is expired or not yet valid. The peer would refuse every connection,
 * and callers would get 503 although another replica may work. Ready again after the files are replaced. A certificate
 * counts as valid from 60 seconds before its validity begins.
 */
@Readiness
@ApplicationScoped
public class CertificateReadiness implements HealthCheck {

    private final CertificateExpiry expiry;

    CertificateReadiness(CertificateExpiry expiry) {
        this.expiry = expiry;
    }

    @Override
    public HealthCheckResponse call() {
        Instant now = Instant.now();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("certificates");
        boolean ready = true;
        for (var entry : expiry.own().entrySet()) {
            ready &= entry.getValue().contains(now);
            response.withData("quarkus.tls." + entry.getKey(), describe(entry.getValue(), now));
        }
        return response.status(ready).build();
    }

    private static String describe(Validity validity, Instant now) {
        if (now.isAfter(validity.notAfter())) {
            return "expired at " + validity.notAfter() + "; replace the certificate and its key";
        }
        return validity.hasBegun(now)
                ? "valid until " + validity.notAfter()
                : "not valid before " + validity.notBefore() + "; check the clock, or replace the certificate";
    }
}
