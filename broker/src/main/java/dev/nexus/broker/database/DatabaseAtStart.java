package dev.nexus.broker.database;

import io.quarkus.runtime.ApplicationLifecycleManager;
import jakarta.persistence.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.hibernate.tool.schema.spi.SchemaManagementException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs the fix if a start fails because Hibernate cannot read the database. Hibernate's message does not name the fix.
 */
public final class DatabaseAtStart {

    private DatabaseAtStart() {}

    /**
     * Call this before the start. A handler given to {@code Quarkus.run} would keep Quarkus from logging the failure.
     */
    public static void advise() {
        BiConsumer<Integer, Throwable> exit = ApplicationLifecycleManager.getDefaultExitCodeHandler();
        ApplicationLifecycleManager.setDefaultExitCodeHandler((exitCode, failure) -> {
            // No static logger: the log manager is set during the start.
            advice(failure).ifPresent(Logger.getLogger(DatabaseAtStart.class)::error);
            exit.accept(exitCode, failure);
        });
    }

    /**
     * Returns the fix; empty if {@code failure} has another cause. Outside production, Hibernate validates the schema
     * before the Broker's own checks run. If Hibernate has no connection, it fails with a NullPointerException, as the
     * cause of a PersistenceException.
     */
    static Optional<String> advice(@Nullable Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        // Hibernate's message names the table or column that differs.
        boolean schemaDiffers = causes.stream().anyMatch(SchemaManagementException.class::isInstance);
        return causes.stream().anyMatch(PersistenceException.class::isInstance) && !schemaDiffers
                ? Optional.of(
                        "The Broker did not start: Hibernate could not read the database's schema. Check that PostgreSQL"
                                + " runs at the address in quarkus.datasource.reactive.url and accepts"
                                + " quarkus.datasource.username and its password")
                : Optional.empty();
    }
}
