package dev.nexus.broker.database;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import java.util.Map;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Passes the service role to the callback db/migration/afterMigrate__grants.sql. */
@Singleton
class Grants implements FlywayConfigurationCustomizer {

    private final MigrationConfig config;

    Grants(MigrationConfig config) {
        this.config = config;
    }

    /** @param serviceRole empty if the Brokers use the role that migrates */
    static Map<String, String> placeholders(String serviceRole) {
        return Map.of("service_role", serviceRole);
    }

    @Override
    public void customize(FluentConfiguration flyway) {
        flyway.placeholders(placeholders(config.serviceRole().orElse("")));
    }
}
