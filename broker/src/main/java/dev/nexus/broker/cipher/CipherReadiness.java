package dev.nexus.broker.cipher;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Always ready: without Vault everything but sealing and opening goes on, check-connection above all. Says degraded, and
 * {@code nexus.cipher.degraded} is 1, while calls to Vault are held back.
 */
@Readiness
@ApplicationScoped
class CipherReadiness implements HealthCheck {

    private final CipherAtStart cipher;

    CipherReadiness(CipherAtStart cipher, MeterRegistry meters) {
        this.cipher = cipher;
        Gauge.builder("nexus.cipher.degraded", this, self -> self.cipher.isDegraded() ? 1 : 0)
                .description("1 while calls to Vault are held back because it fails")
                .strongReference(true)
                .register(meters);
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("cipher")
                .up()
                .withData("state", cipher.isDegraded() ? "degraded" : "current")
                .build();
    }
}
