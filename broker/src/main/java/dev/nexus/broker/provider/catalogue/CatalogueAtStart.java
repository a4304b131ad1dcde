package dev.nexus.broker.provider.catalogue;

import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.database.DatabaseFailures;
import dev.nexus.broker.database.StartChecks;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Applies the catalogue before the Broker accepts requests. An invalid catalogue stops the startup. If PostgreSQL is
 * down, the Broker starts, and is ready only after a later attempt has succeeded.
 */
@Readiness
@ApplicationScoped
class CatalogueAtStart implements HealthCheck {

    private static final Logger LOG = Logger.getLogger(CatalogueAtStart.class);

    /** On a busy machine, the first database connection can take longer than the time limit for a connection. */
    private static final int RETRIES = 5;

    private static final Duration BACK_OFF = Duration.ofMillis(100);

    private final CatalogueLoader loader;
    private final ApplyCatalogue apply;
    private final DatabaseErrors databaseErrors;
    private final StartChecks checks;
    private volatile List<CatalogueEntry> entries = List.of();

    CatalogueAtStart(CatalogueLoader loader, ApplyCatalogue apply, DatabaseErrors databaseErrors, StartChecks checks) {
        this.loader = loader;
        this.apply = apply;
        this.databaseErrors = databaseErrors;
        this.checks = checks;
    }

    /** Blocks. Startup observers run on the main thread, which may block. */
    void run(@Observes StartupEvent start) {
        entries = loader.load();
        attempt()
                .onFailure(failure -> !(failure instanceof CatalogueException))
                .retry()
                .withBackOff(BACK_OFF)
                .atMost(RETRIES)
                .onFailure(CatalogueAtStart::isOutage)
                .recoverWithUni(this::report)
                .await()
                .atMost(ApplyCatalogue.LIMIT);
    }

    private Uni<Void> attempt() {
        return apply.apply(entries).invoke(checks::recordCatalogueApplied);
    }

    /** Returns false if PostgreSQL answers with an error that a later attempt would get too. */
    private static boolean isOutage(Throwable failure) {
        return !(failure instanceof CatalogueException)
                && (!DatabaseFailures.isDatabaseError(failure) || DatabaseFailures.isTransient(failure));
    }

    private Uni<Void> report(Throwable outage) {
        LOG.warnf(
                "The catalogue cannot be applied now: cause=%s. The Broker tries again every second.",
                databaseErrors.record(outage));
        return Uni.createFrom().voidItem();
    }

    @Scheduled(
            every = "1s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    Uni<Void> runAgain() {
        if (checks.isCatalogueApplied()) {
            return Uni.createFrom().voidItem();
        }
        return attempt()
                .invoke(() -> LOG.info("The catalogue is applied"))
                .onFailure(CatalogueAtStart::isOutage)
                .recoverWithUni(outage -> {
                    LOG.debugf("The catalogue cannot be applied now: cause=%s", databaseErrors.record(outage));
                    return Uni.createFrom().voidItem();
                })
                .onFailure()
                .invoke(failure -> {
                    LOG.errorf("The Broker stops: the catalogue cannot be applied: %s", reason(failure));
                    Quarkus.asyncExit(1);
                });
    }

    private static String reason(Throwable failure) {
        return failure instanceof CatalogueException
                ? String.valueOf(failure.getMessage())
                : DatabaseFailures.describe(failure);
    }

    /** Before the catalogue is applied, requests for its providers would fail. */
    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("catalogue")
                .status(checks.isCatalogueApplied())
                .build();
    }
}
