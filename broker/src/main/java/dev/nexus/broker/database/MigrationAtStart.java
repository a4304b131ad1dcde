package dev.nexus.broker.database;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;

/**
 * Refuses to start over a database that lacks a migration, where somebody else migrates
 * ({@code quarkus.flyway.migrate-at-start=false}): statements would fail one by one later. A database that is ahead is that
 * of the next version, which goes on serving this one.
 */
@ApplicationScoped
class MigrationAtStart {

    private final Flyway flyway;
    private final boolean migratesItself;

    MigrationAtStart(Flyway flyway, @ConfigProperty(name = "quarkus.flyway.migrate-at-start") boolean migratesItself) {
        this.flyway = flyway;
        this.migratesItself = migratesItself;
    }

    @Startup(1)
    void check() {
        if (migratesItself) {
            return;
        }
        List<String> missing = Arrays.stream(flyway.info().pending())
                .map(migration -> "V" + migration.getVersion())
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException("The database lacks the migrations " + String.join(", ", missing)
                    + ". Run the command migrate of this version first (deploy/kubernetes: the job nexus-migrate), or"
                    + " set quarkus.flyway.migrate-at-start=true where the Broker's role may change tables.");
        }
    }
}
