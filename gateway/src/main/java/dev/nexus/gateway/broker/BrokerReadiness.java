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
 * Ready once the Broker has recognized this Gateway, so that a rollout with a wrong URL, authority, certificate or key replaces no
 * good replica. From then on a Broker that is away does not make the Gateway unready, since it has a structured 503 to give.
 */
@Readiness
@ApplicationScoped
class BrokerReadiness implements AsyncHealthCheck {

    private static final Logger LOG = Logger.getLogger(BrokerReadiness.class);
    private static final String NAME = "broker";

    /** What a Broker answers to a service token that it knows and that has no rights. */
    private static final int RECOGNIZED = 403;

    private static final int REFUSED = 401;

    private final Supplier<Uni<Reached>> reach;
    private final ObjectMapper json;
    private volatile boolean recognized;
    private volatile String told = "";

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
                        "status 401: the Broker does not know this Gateway's service key or client certificate."
                                + " Publish the service key's public half to the Broker, and check"
                                + " nexus.broker.gateway-identity there")
                : notReady("not a broker", "status " + status + ": what answers is not a Broker of this version");
    }

    /** Anybody may answer 403; a Broker says so in the one shape of errors. */
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

    /** Logs each cause once. */
    private HealthCheckResponse notReady(String kind, String cause) {
        if (!told.equals(cause)) {
            told = cause;
            LOG.warnf("Not ready: nexus.gateway.broker-url does not lead to a Broker yet: %s", cause);
        }
        return HealthCheckResponse.named(NAME)
                .down()
                .withData("state", "not reached yet")
                .withData("cause", kind)
                .build();
    }
}
