package dev.nexus.broker.cipher;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Reports the circuit breaker to Vault, and is always UP: without Vault, only encryption and decryption fail, and
 * check-connection still works. While the circuit breaker is open or half open, the state is degraded and
 * {@code nexus.cipher.degraded} is 1.
 */
@Readiness
@ApplicationScoped
class CipherReadiness implements HealthCheck {

    private final CipherAtStart cipher;

    CipherReadiness(CipherAtStart cipher, MeterRegistry meters) {
        this.cipher = cipher;
        Gauge.builder("nexus.cipher.degraded", this, self -> self.cipher.isDegraded() ? 1 : 0)
                .description("1 while the circuit breaker to Vault is open, because Vault fails")
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
