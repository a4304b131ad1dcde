package dev.nexus.broker.database;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * UP if PostgreSQL answers within a second. A shortage (SQLSTATE class 53, such as a full disk) adds details, but the
 * status stays UP: reads still work. If all Brokers became unready, reads would fail too.
 */
@Readiness
@ApplicationScoped
class DatabaseReadiness implements AsyncHealthCheck {

    private static final String NAME = "database";

    private final Pool pool;
    private final DatabaseErrors errors;

    DatabaseReadiness(Pool pool, DatabaseErrors errors) {
        this.pool = pool;
        this.errors = errors;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return pool.query("select 1")
                .execute()
                .ifNoItem()
                .after(Duration.ofSeconds(1))
                .fail()
                .map(rows -> up())
                .onFailure()
                .recoverWithItem(this::down);
    }

    private HealthCheckResponse up() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(NAME).up();
        errors.shortage()
                .ifPresent(shortage -> response.withData(
                                "sqlstate", shortage.state().code())
                        .withData("condition", shortage.state().condition())
                        .withData("last_seen", shortage.at().toString()));
        return response.build();
    }

    private HealthCheckResponse down(Throwable failure) {
        return HealthCheckResponse.named(NAME)
                .down()
                .withData("error", errors.record(failure))
                .build();
    }
}
