package dev.nexus.broker.database;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The pool's limits: a caller waits less than a second for a connection, in a bounded queue; {@link DatabaseSessions} bounds what
 * happens on a connection.
 *
 * <p>Nothing that PgBouncer refuses is sent at the start of a connection. With
 * {@code quarkus.datasource.reactive.postgresql.use-layer7-proxy=true}, for PgBouncer in transaction mode, no prepared statement
 * is expected to outlive a transaction.
 */
@Singleton
class DatabasePool implements PgPoolCreator {

    private static final int ACQUISITION_MILLIS = 750;

    /** Below the acquisition's: Vert.x logs an unhandled exception where a connection fails after its caller has given up. */
    private static final int CONNECT_MILLIS = 600;

    private static final int MAX_WAITING = 1_000;

    @Override
    public Pool create(Input input) {
        List<PgConnectOptions> servers = input.pgConnectOptionsList();
        servers.forEach(DatabasePool::limit);
        boolean sharedSessions = servers.stream().anyMatch(PgConnectOptions::getUseLayer7Proxy);
        List<SqlConnectOptions> databases = List.copyOf(servers);
        return PgBuilder.pool()
                .with(input.poolOptions()
                        .setConnectionTimeout(ACQUISITION_MILLIS)
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setMaxWaitQueueSize(MAX_WAITING))
                .connectingTo(databases)
                .withConnectHandler(new DatabaseSessions(sharedSessions)::opened)
                .using(input.vertx())
                .build();
    }

    private static void limit(PgConnectOptions options) {
        options.addProperty("application_name", "nexus-broker")
                .setCachePreparedStatements(!options.getUseLayer7Proxy())
                .setConnectTimeout(CONNECT_MILLIS)
                .setTcpKeepAlive(true)
                .setTcpUserTimeout(DatabaseSessions.ANSWER_MILLIS);
        // PostgreSQL 12 and later need no more digits than their default, and PgBouncer refuses the parameter.
        options.getProperties().remove("extra_float_digits");
        // The server must go on answering while the connection is set up; from then on DatabaseChannel watches it.
        options.setReadIdleTimeout(DatabaseSessions.ANSWER_MILLIS).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    }
}
