package dev.nexus.broker.cipher;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Reports the circuit breaker to Vault. UP as soon as Vault has answered once, even if it is sealed: without Vault, only
 * encryption and decryption fail, and check-connection still works. Before, the state is "not reached yet", so that a
 * rollout with a wrong URL, authority or login stops. While the circuit breaker is open or half open, the state is
 * degraded and {@code nexus.cipher.degraded} is 1.
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
                .status(cipher.isReached())
                .withData("state", state())
                .build();
    }

    private String state() {
        if (!cipher.isReached()) {
            return "not reached yet";
        }
        return cipher.isDegraded() ? "degraded" : "current";
    }
}
