package dev.nexus.broker.database;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;

/**
 * Refuses to start if the database lacks a migration and the Broker does not migrate
 * ({@code quarkus.flyway.migrate-at-start=false}). Without this check, some statements would fail later. A database
 * with newer migrations is accepted, because the next version's schema still supports this version.
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
                    + " set quarkus.flyway.migrate-at-start=true if the Broker's role may change tables.");
        }
    }
}
