package dev.nexus.gateway.brokerclient;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the Broker has answered for the first time, whatever it answered, so that no caller pays for the first TLS
 * handshake and the first signature. Later on a Broker that is away does not make the Gateway unready, since it has a
 * structured 503 to give; nor does one that was never there, after ten seconds.
 */
@Readiness
@ApplicationScoped
public class BrokerReadiness implements AsyncHealthCheck {

    private static final String NAME = "broker";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BrokerClient client;
    private final Instant startedAt = Instant.now();
    private volatile boolean answered;

    BrokerReadiness(BrokerClient client) {
        this.client = client;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        if (answered) {
            return Uni.createFrom().item(response(true, "reached"));
        }
        return client.reach()
                .map(response -> {
                    answered = true;
                    return response(true, "reached");
                })
                .onFailure()
                .recoverWithItem(() -> response(Instant.now().isAfter(startedAt.plus(PATIENCE)), "not reached yet"));
    }

    private static HealthCheckResponse response(boolean ready, String state) {
        return HealthCheckResponse.named(NAME)
                .status(ready)
                .withData("state", state)
                .build();
    }
}
