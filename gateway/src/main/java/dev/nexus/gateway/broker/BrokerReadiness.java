package dev.nexus.gateway.broker;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.gateway.broker.BrokerClient.Reached;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Readiness: the Broker has accepted this Gateway at least once. A rollout with a wrong URL, authority, certificate or
 * key therefore stops before it replaces a working replica. Later, the Gateway stays ready even if the Broker is
 * unavailable, because it can respond with a structured 503.
 */
@Readiness
@ApplicationScoped
class BrokerReadiness implements AsyncHealthCheck {

    private static final Logger LOG = Logger.getLogger(BrokerReadiness.class);
    private static final String NAME = "broker";

    /** The Broker's status for a valid service token that lacks the scope of the route. */
    private static final int RECOGNIZED = 403;

    private static final int REFUSED = 401;

    private final Supplier<Uni<Reached>> reach;
    private final ObjectMapper json;
    private volatile boolean recognized;
    private volatile String lastCause = "";

    @Inject
    BrokerReadiness(BrokerClient client, ObjectMapper json) {
        this(client::reach, json);
    }

    BrokerReadiness(Supplier<Uni<Reached>> reach, ObjectMapper json) {
        this.reach = reach;
        this.json = json;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        if (recognized) {
            return Uni.createFrom().item(BrokerReadiness::ready);
        }
        return reach.get().map(this::answered).onFailure().recoverWithItem(failure -> {
            CallFailure cause = CallFailure.of(failure);
            return notReady(cause.kind(), cause.cause());
        });
    }

    private HealthCheckResponse answered(Reached answer) {
        int status = answer.status();
        if (status == RECOGNIZED && isRefusal(answer.body())) {
            recognized = true;
            return ready();
        }
        return status == REFUSED
                ? notReady(
                        "unauthorized",
                        "status 401: the Broker does not accept this Gateway's service key or client certificate."
                                + " Add the service key's public half to the Broker's nexus.broker.gateway-keys-file,"
                                + " and check its nexus.broker.gateway-identity")
                : notReady(
                        "not a broker",
                        "status " + status + ": the server is not a Broker of this version. Check the URL");
    }

    /** Other servers also respond with 403. Only a Broker adds an error body of Nexus. */
    private boolean isRefusal(String body) {
        try {
            return ErrorCode.FORBIDDEN
                    .wire()
                    .equals(json.readTree(body).path("error").asText());
        } catch (IOException notJson) {
            return false;
        }
    }

    private static HealthCheckResponse ready() {
        return HealthCheckResponse.named(NAME).up().withData("state", "reached").build();
    }

    /** Logs a cause if it differs from the previous one. */
    private HealthCheckResponse notReady(String kind, String cause) {
        if (!lastCause.equals(cause)) {
            lastCause = cause;
            LOG.warnf("Not ready: no Broker reached yet at nexus.gateway.broker-url: %s", cause);
        }
        return HealthCheckResponse.named(NAME)
                .down()
                .withData("state", "not reached yet")
                .withData("cause", kind)
                .build();
    }
}
