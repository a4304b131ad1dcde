package dev.nexus.broker.database;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import java.util.Map;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Passes the database role of the Brokers to db/migration/afterMigrate__grants.sql. After each migration, this callback
 * grants the role its rights. Without a role, the callback does nothing. See {@link MigrationConfig#serviceRole}.
 */
@Singleton
class Grants implements FlywayConfigurationCustomizer {

    private final MigrationConfig config;

    Grants(MigrationConfig config) {
        this.config = config;
    }

    /** @param serviceRole empty if the Brokers use the same database role as the migration */
    static Map<String, String> placeholders(String serviceRole) {
        return Map.of("service_role", serviceRole);
    }

    @Override
    public void customize(FluentConfiguration flyway) {
        flyway.placeholders(placeholders(config.serviceRole().orElse("")));
    }
}
