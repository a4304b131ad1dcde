package dev.nexus.broker.database;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** The migration of the database, at the Broker's start or by the command {@code migrate}. */
@ConfigMapping(prefix = "nexus.migration")
interface MigrationConfig {

    /**
     * The database role of the Brokers, if another role migrates. A migration grants it the rights that the Broker's
     * statements need. They do not include changes of tables, or changes and deletions of audit events. If absent, the
     * Brokers use the role that migrates.
     */
    Optional<String> serviceRole();
}
