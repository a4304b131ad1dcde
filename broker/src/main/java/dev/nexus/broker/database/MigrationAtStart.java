package dev.nexus.broker.database;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;

/**
 * Refuses to start if the database lacks a migration and the Broker does not migrate
 * ({@code quarkus.flyway.migrate-at-start=false}). Without this check, some statements would fail later. A database
 * with newer migrations is accepted, because the next version's schema still supports this version. If PostgreSQL is
 * down or refuses the password, the Broker starts, and repeats the check until it has a connection.
 */
@ApplicationScoped
class MigrationAtStart {

    private static final Logger LOG = Logger.getLogger(MigrationAtStart.class);

    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final Flyway flyway;
    private final boolean migratesItself;
    private final StartChecks checks;
    private volatile Instant nextWarning = Instant.now();

    MigrationAtStart(
            Flyway flyway,
            @ConfigProperty(name = "quarkus.flyway.migrate-at-start") boolean migratesItself,
            StartChecks checks) {
        this.flyway = flyway;
        this.migratesItself = migratesItself;
        this.checks = checks;
    }

    @Startup(1)
    void check() {
        if (migratesItself) {
            checks.recordMigrated();
            return;
        }
        try {
            requireMigrations();
            checks.recordMigrated();
        } catch (FlywayException failure) {
            if (!isUnavailable(failure)) {
                throw failure;
            }
            LOG.errorf(
                    "The Broker has no connection to PostgreSQL. It starts, and requests fail until it has one. Check"
                            + " that PostgreSQL runs at the addresses in quarkus.datasource.jdbc.url and"
                            + " quarkus.datasource.reactive.url, and accepts the user and the password: cause=%s",
                    DatabaseFailures.describe(failure));
        }
    }

    private void requireMigrations() {
        List<String> missing = Arrays.stream(flyway.info().pending())
                .map(migration -> "V" + migration.getVersion())
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException("The database lacks the migrations " + String.join(", ", missing)
                    + ". Run the command migrate of this version first (Helm chart: the job nexus-migrate), or"
                    + " set quarkus.flyway.migrate-at-start=true if the Broker's role may change tables.");
        }
    }

    /** The connection pool of Flyway reports a time-out without an SQLSTATE. */
    private static boolean isUnavailable(FlywayException failure) {
        return DatabaseErrorCode.causes(failure)
                .anyMatch(cause -> cause instanceof SQLException sql
                        && (sql.getSQLState() == null || DatabaseFailures.isTransient(sql)));
    }

    @Scheduled(
            every = "1s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    void checkAgain() {
        if (checks.isMigrated()) {
            return;
        }
        try {
            requireMigrations();
            checks.recordMigrated();
            LOG.info("The Broker has a connection to PostgreSQL, and the database has all migrations");
        } catch (FlywayException failure) {
            if (isUnavailable(failure)) {
                warn(failure);
            } else {
                LOG.errorf(
                        "The Broker stops: it cannot read the migrations of the database: cause=%s",
                        DatabaseFailures.describe(failure));
                Quarkus.asyncExit(1);
            }
        } catch (IllegalStateException missing) {
            LOG.errorf("The Broker stops: %s", missing.getMessage());
            Quarkus.asyncExit(1);
        }
    }

    private void warn(FlywayException unavailable) {
        Instant now = Instant.now();
        if (now.isBefore(nextWarning)) {
            return;
        }
        nextWarning = now.plus(BETWEEN_WARNINGS);
        LOG.warnf(
                "The Broker is not ready: it has no connection to PostgreSQL to check the migrations. Check that"
                        + " PostgreSQL runs at the address in quarkus.datasource.jdbc.url, and accepts the user and the"
                        + " password: cause=%s",
                DatabaseFailures.describe(unavailable));
    }
}
