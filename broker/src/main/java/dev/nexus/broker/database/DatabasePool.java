package dev.nexus.broker.database;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sets the limits of the pool. A caller waits at most 750 ms for a connection, in a bounded queue.
 * {@link DatabaseSessions} limits the time of statements.
 *
 * <p>A new connection sends no parameter that PgBouncer refuses. With
 * {@code quarkus.datasource.reactive.postgresql.use-layer7-proxy=true}, for PgBouncer in transaction mode, no prepared
 * statement is reused after its transaction.
 */
@Singleton
class DatabasePool implements PgPoolCreator {

    /** The longest wait for a connection. */
    static final int ACQUISITION_MILLIS = 750;

    /**
     * Less than {@link #ACQUISITION_MILLIS}. Otherwise a connection could fail after its caller has timed out, and
     * Vert.x would log an unhandled exception.
     */
    static final int CONNECT_MILLIS = 600;

    /** The number of callers that may wait for a connection. A further caller fails. */
    static final int MAX_WAITING = 1_000;

    /**
     * The maximum length of a statement that stays prepared. The default of the client is 2,048 characters: PostgreSQL
     * would plan a longer statement, such as the claim of a capture, in each execution.
     */
    private static final int MAX_PREPARED_LENGTH = 16_384;

    private final DatabasePassword password;

    DatabasePool(DatabasePassword password) {
        this.password = password;
    }

    @Override
    public Pool create(Input input) {
        List<PgConnectOptions> listed = input.pgConnectOptionsList();
        listed.forEach(DatabasePool::limit);
        boolean sharedSessions = listed.stream().anyMatch(PgConnectOptions::getUseLayer7Proxy);
        DatabaseServers servers = new DatabaseServers(listed, password::value, System::nanoTime);
        return PgBuilder.pool()
                .with(input.poolOptions()
                        .setConnectionTimeout(ACQUISITION_MILLIS)
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setMaxWaitQueueSize(MAX_WAITING))
                .connectingTo(servers)
                .withConnectHandler(new DatabaseSessions(sharedSessions, servers)::prepare)
                .using(input.vertx())
                .build();
    }

    private static void limit(PgConnectOptions options) {
        options.addProperty("application_name", "nexus-broker")
                .setCachePreparedStatements(!options.getUseLayer7Proxy())
                .setPreparedStatementCacheSqlLimit(MAX_PREPARED_LENGTH)
                .setConnectTimeout(CONNECT_MILLIS)
                .setTcpKeepAlive(true)
                .setTcpUserTimeout(DatabaseSessions.ANSWER_MILLIS);
        // PgBouncer refuses the parameter, and the default of PostgreSQL 12 and later is sufficient.
        options.getProperties().remove("extra_float_digits");
        // This time-out applies while the connection is set up. Afterwards, DatabaseChannel watches the connection.
        options.setReadIdleTimeout(DatabaseSessions.ANSWER_MILLIS).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    }
}
