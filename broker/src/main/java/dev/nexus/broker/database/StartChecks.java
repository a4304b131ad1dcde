package dev.nexus.broker.database;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.ScheduledExecution;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Records which checks of the start have succeeded. If PostgreSQL is down at the start, they succeed later. Until then,
 * requests answer 503, and jobs that skip by this predicate do not run: their statements could fit neither the tables
 * nor the catalogue. Thread-safe.
 */
@ApplicationScoped
public class StartChecks implements Scheduled.SkipPredicate {

    private final Scheduled.ApplicationNotRunning notRunning;
    private volatile boolean migrated;
    private volatile boolean catalogueApplied;

    public StartChecks(Scheduled.ApplicationNotRunning notRunning) {
        this.notRunning = notRunning;
    }

    void recordMigrated() {
        migrated = true;
    }

    public void recordCatalogueApplied() {
        catalogueApplied = true;
    }

    /** Returns true if the database has all migrations of this version. */
    public boolean isMigrated() {
        return migrated;
    }

    public boolean isCatalogueApplied() {
        return catalogueApplied;
    }

    /** Returns true if all checks have succeeded. */
    public boolean areComplete() {
        return migrated && catalogueApplied;
    }

    /** Returns true if a job must not run now. */
    @Override
    public boolean test(ScheduledExecution execution) {
        return !areComplete() || notRunning.test(execution);
    }
}
