package dev.nexus.broker.database;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** How the database is migrated: at the Broker's start, or by the command {@code migrate}. */
@ConfigMapping(prefix = "nexus.migration")
interface MigrationConfig {

    /**
     * The database role that the Brokers use, where another one migrates: a migration grants it what the Broker's statements
     * need, which changes no table, and of the audit neither changes nor deletes a row. Absent: the role that migrates serves
     * too.
     */
    Optional<String> serviceRole();
}
