package dev.nexus.broker.web;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The pool's limits: a caller waits less than a second for a connection, in a bounded queue, and PostgreSQL itself ends a statement
 * after two.
 */
@Singleton
public class DatabasePool implements PgPoolCreator {

    private static final int ACQUISITION_MILLIS = 750;
    private static final int MAX_WAITING = 1_000;
    private static final String STATEMENT_MILLIS = "2000";

    @Override
    public Pool create(Input input) {
        input.pgConnectOptionsList()
                .forEach(options -> options.addProperty("statement_timeout", STATEMENT_MILLIS)
                        .addProperty("application_name", "nexus-broker")
                        .setCachePreparedStatements(true)
                        .setConnectTimeout(1_000));
        List<SqlConnectOptions> databases = List.copyOf(input.pgConnectOptionsList());
        return PgBuilder.pool()
                .with(input.poolOptions()
                        .setConnectionTimeout(ACQUISITION_MILLIS)
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setMaxWaitQueueSize(MAX_WAITING))
                .connectingTo(databases)
                .using(input.vertx())
                .build();
    }
}
