package dev.nexus.broker.database;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Prepares each new connection to PostgreSQL before the pool gets it: watches it ({@link DatabaseChannel}), limits how long its
 * statements and idle transactions take, and refuses a server that is in recovery, because after a failover a standby would answer
 * with old rows.
 */
final class DatabaseSessions {

    /** How long PostgreSQL works on a statement. */
    static final int STATEMENT_MILLIS = 2_000;

    /** A server that is alive has answered by then, if only with an error: its statement limit has passed. */
    static final int ANSWER_MILLIS = STATEMENT_MILLIS + 500;

    private static final Logger LOG = Logger.getLogger(DatabaseSessions.class);

    /** The locks of a Broker that was cut off in a transaction are released by then. */
    private static final int IDLE_IN_TRANSACTION_MILLIS = 10_000;

    private static final String IDLE_HANDLER = "idle";
    /** The client's codec in a connection's pipeline. */
    static final String CODEC = "codec";

    private static final String LIMIT = """
        select pg_is_in_recovery(), set_config('statement_timeout', '%d', false),
               set_config('idle_in_transaction_session_timeout', '%d', false)
        """.formatted(STATEMENT_MILLIS, IDLE_IN_TRANSACTION_MILLIS);

    /** Sets nothing: the next transaction of this client may get another session, and another client this one. */
    private static final String LOOK = "select pg_is_in_recovery(), current_setting('statement_timeout')";

    private final boolean shared;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final Set<DatabaseChannel> channels = ConcurrentHashMap.newKeySet();

    /** @param shared whether PgBouncer gives each transaction any one of its sessions, so that nothing can be set on them */
    DatabaseSessions(boolean shared) {
        this.shared = shared;
    }

    /** Takes a new connection; closing it gives it to the pool. */
    void opened(SqlConnection connection) {
        NetSocketInternal socket = socket(connection);
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        pipeline.remove(IDLE_HANDLER);
        DatabaseChannel channel = new DatabaseChannel(this);
        pipeline.addAfter(CODEC, "nexus-database-channel", channel);
        connection
                .query(shared ? LOOK : LIMIT)
                .execute()
                .map(rows -> rows.iterator().next())
                .onFailure(failure -> channel.discard())
                .onSuccess(row -> {
                    if (row.getBoolean(0)) {
                        LOG.warn("A PostgreSQL server is in recovery: not using it. If this lasts, check that"
                                + " quarkus.datasource.reactive.url leads to the primary server");
                        channel.discard();
                    } else {
                        checkLimit(row);
                        connection.close();
                    }
                });
    }

    private void checkLimit(Row row) {
        if ("0".equals(row.getString(1)) && warned.compareAndSet(false, true)) {
            LOG.warn("The Broker's database role has no statement_timeout, and a Broker cannot set it through PgBouncer"
                    + " in transaction mode. Run the migration with nexus.migration.service-role, or: alter role …"
                    + " set statement_timeout = '2s'");
        }
    }

    /** The Vert.x client has no public way to close a connection of a pool, nor to its channel. */
    static NetSocketInternal socket(SqlConnection connection) {
        return ((SocketConnectionBase)
                        ((SqlConnectionInternal) connection).unwrap().unwrap())
                .socket();
    }

    void added(DatabaseChannel channel) {
        channels.add(channel);
    }

    void removed(DatabaseChannel channel) {
        channels.remove(channel);
    }

    /** One connection failed as all those do that lead to the same place: closes the others that are idle. */
    void discardIdle(long heardBeforeNanos) {
        channels.forEach(channel -> channel.discardIfIdle(heardBeforeNanos));
    }
}
