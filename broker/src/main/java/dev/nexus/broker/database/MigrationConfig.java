package dev.nexus.broker.database;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** The migration of the database, at the Broker's start or by the command {@code migrate}. */
@ConfigMapping(prefix = "nexus.migration")
interface MigrationConfig {

    /**
     * The database role of the Brokers, if another role migrates. The migration grants this role only the rights that
     * the Broker's statements need. With them, the role cannot change a table's definition, and cannot change or delete
     * audit events. If absent, the Brokers use the role that migrates.
     */
    Optional<String> serviceRole();
}
