package dev.nexus.broker.database;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * UP as soon as PostgreSQL has answered once and has all migrations, so that a rollout with a wrong URL or password
 * stops. Later, the Broker stays ready while PostgreSQL does not answer, the state is degraded, and
 * {@code nexus.database.degraded} is 1. All Brokers use the same PostgreSQL: a short outage must not take all of them
 * out of service. A shortage (SQLSTATE class 53, such as a full disk) adds details.
 */
@Readiness
@ApplicationScoped
class DatabaseReadiness implements AsyncHealthCheck {

    private static final String NAME = "database";

    private final Pool pool;
    private final DatabaseErrors errors;
    private final StartChecks checks;
    private volatile boolean reached;
    private volatile boolean failing;

    DatabaseReadiness(Pool pool, DatabaseErrors errors, StartChecks checks, MeterRegistry meters) {
        this.pool = pool;
        this.errors = errors;
        this.checks = checks;
        Gauge.builder("nexus.database.degraded", this, self -> self.failing ? 1 : 0)
                .description("1 while PostgreSQL does not answer the readiness check within a second")
                .strongReference(true)
                .register(meters);
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return pool.query("select 1")
                .execute()
                .ifNoItem()
                .after(Duration.ofSeconds(1))
                .fail()
                .map(rows -> answered())
                .onFailure()
                .recoverWithItem(this::failed);
    }

    private HealthCheckResponse answered() {
        failing = false;
        reached = reached || checks.isMigrated();
        HealthCheckResponseBuilder response = response("current");
        errors.shortage()
                .ifPresent(shortage -> response.withData(
                                "sqlstate", shortage.state().code())
                        .withData("condition", shortage.state().condition())
                        .withData("last_seen", shortage.at().toString()));
        return response.build();
    }

    private HealthCheckResponse failed(Throwable failure) {
        failing = true;
        return response("degraded").withData("error", errors.record(failure)).build();
    }

    private HealthCheckResponseBuilder response(String state) {
        return HealthCheckResponse.named(NAME).status(reached).withData("state", reached ? state : "not reached yet");
    }
}
