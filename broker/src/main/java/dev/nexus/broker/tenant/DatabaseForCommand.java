package dev.nexus.broker.tenant;

import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;

/** The database for a command, which runs without the service: two connections, whoever asks waits. */
final class DatabaseForCommand implements AutoCloseable {

    private static final String STATEMENT_MILLIS = "30000";

    private final Vertx vertx = Vertx.vertx();
    private final io.vertx.sqlclient.Pool pool;

    /** @throws IllegalArgumentException where {@code url} is not one of a PostgreSQL */
    DatabaseForCommand(String url, String user, String password) {
        PgConnectOptions options = PgConnectOptions.fromUri(url)
                .setUser(user)
                .setPassword(password)
                .addProperty("application_name", "nexus-erase-tenant")
                .addProperty("statement_timeout", STATEMENT_MILLIS);
        pool = PgBuilder.pool()
                .connectingTo(options)
                .with(new PoolOptions().setMaxSize(2))
                .using(vertx)
                .build();
    }

    Pool pool() {
        return new Pool(pool);
    }

    @Override
    public void close() {
        // One after the other: what waits on a context of this Vert.x never hears of its end.
        pool.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
