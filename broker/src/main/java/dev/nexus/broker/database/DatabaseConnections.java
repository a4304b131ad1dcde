package dev.nexus.broker.database;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Opens the connections of the pool before the first requests. Otherwise the pool opens a connection only when a
 * request needs it, and the request waits.
 */
@ApplicationScoped
public class DatabaseConnections {

    private final Pool pool;
    private final int size;

    DatabaseConnections(
            Pool pool, @ConfigProperty(name = "quarkus.datasource.reactive.max-size", defaultValue = "20") int size) {
        this.pool = pool;
        this.size = size;
    }

    /**
     * Sends as many concurrent queries as the pool has connections. Completes after all answers. Fails if a query
     * fails.
     */
    public Uni<Void> open() {
        return Uni.join()
                .all(Collections.nCopies(size, pool.query("select 1").execute()))
                .andCollectFailures()
                .replaceWithVoid();
    }
}
