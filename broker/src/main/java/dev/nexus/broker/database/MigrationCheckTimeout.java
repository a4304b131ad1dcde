package dev.nexus.broker.database;

import io.agroal.api.AgroalPoolInterceptor;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Limits the wait for each answer of PostgreSQL while {@link MigrationAtStart} only checks the migrations. Without the
 * limit, a server that stops answering would block the check, and the Broker would stay unready. A Broker that migrates
 * itself has no limit, because a migration of a large table can take hours.
 */
@Singleton
class MigrationCheckTimeout implements AgroalPoolInterceptor {

    static final int ANSWER_MILLIS = 10_000;

    private final boolean migratesItself;

    MigrationCheckTimeout(@ConfigProperty(name = "quarkus.flyway.migrate-at-start") boolean migratesItself) {
        this.migratesItself = migratesItself;
    }

    @Override
    public void onConnectionCreate(Connection connection) {
        if (migratesItself) {
            return;
        }
        try {
            connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
        } catch (SQLException failure) {
            throw new IllegalStateException("Cannot limit the wait for PostgreSQL's answers", failure);
        }
    }
}
