package dev.nexus.gateway.apikey;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Always ready, since the former keys go on working; says degraded where the file's newest content cannot be used. */
@Readiness
@ApplicationScoped
public class ApiKeysReadiness implements HealthCheck {

    private final ApiKeys keys;

    ApiKeysReadiness(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("api-keys")
                .up()
                .withData("state", keys.isDegraded() ? "degraded" : "current")
                .build();
    }
}
