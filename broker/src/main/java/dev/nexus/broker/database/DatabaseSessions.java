package dev.nexus.broker.database;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Prepares each new connection to PostgreSQL before the pool gets it: adds a {@link DatabaseChannel}, limits the time
 * of statements and idle transactions, and makes plans use indexes. Through PgBouncer in transaction mode, the Broker
 * cannot set this, and warns if the statement limit is missing. Refuses a server in recovery, because a standby could
 * return old rows after a failover. If several servers are listed, also refuses a read-only server and an old primary,
 * and closes the connections to the other servers.
 */
final class DatabaseSessions {

    /** The time limit of a statement in PostgreSQL. */
    static final int STATEMENT_MILLIS = 2_000;

    /**
     * A working server answers each statement within this time. If a statement exceeds its limit, the answer is an
     * error.
     */
    static final int ANSWER_MILLIS = STATEMENT_MILLIS + 500;

    private static final Logger LOG = Logger.getLogger(DatabaseSessions.class);

    /** Bounds the time for which the open transaction of a disconnected Broker holds its locks. */
    private static final int IDLE_IN_TRANSACTION_MILLIS = 10_000;

    private static final String IDLE_HANDLER = "idle";
    /** The name of the client's codec in a connection's pipeline. */
    static final String CODEC = "codec";

    /**
     * PostgreSQL keeps the plan of a prepared statement until the table is analyzed. Without enable_seqscan = off, a
     * plan from the time when a table was empty would read the whole table in each execution. PostgreSQL adds a high
     * cost to a sequential scan without an alternative, and would therefore compile the plan. So jit is off.
     */
    private static final String CONFIGURE = """
        select pg_is_in_recovery(), set_config('statement_timeout', '%d', false),
               set_config('idle_in_transaction_session_timeout', '%d', false),
               set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false)
        """.formatted(STATEMENT_MILLIS, IDLE_IN_TRANSACTION_MILLIS);

    /**
     * This statement sets nothing, because the next transaction may run in another session, and another client may get
     * this session.
     */
    private static final String CHECK = "select pg_is_in_recovery(), current_setting('statement_timeout')";

    /** Only for several servers, because some managed databases do not support the functions of the timeline. */
    private static final String IDENTIFY = """
        select current_setting('transaction_read_only') = 'on',
               case when not pg_is_in_recovery() then substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end
        """;

    private static final int HEXADECIMAL = 16;

    private final boolean shared;
    private final DatabaseServers servers;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final Set<DatabaseChannel> channels = ConcurrentHashMap.newKeySet();

    /**
     * @param shared whether each transaction may run in another session (PgBouncer in transaction mode), so that the
     *     settings of a session do not last
     * @param servers records which server is the primary
     */
    DatabaseSessions(boolean shared, DatabaseServers servers) {
        this.shared = shared;
        this.servers = servers;
    }

    /** Prepares a new connection. {@code close} passes the connection to the pool. */
    void prepare(SqlConnection connection) {
        NetSocketInternal socket = socket(connection);
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        SocketAddress server = pipeline.channel().remoteAddress();
        pipeline.remove(IDLE_HANDLER);
        DatabaseChannel channel = new DatabaseChannel(this);
        pipeline.addAfter(CODEC, "nexus-database-channel", channel);
        connection
                .query(shared ? CHECK : CONFIGURE)
                .execute()
                .map(rows -> rows.iterator().next())
                .compose(row -> {
                    if (row.getBoolean(0)) {
                        LOG.warn("A PostgreSQL server is in recovery: not using it. If this lasts, check that"
                                + " quarkus.datasource.reactive.url points to the primary server");
                        return Future.succeededFuture(false);
                    }
                    checkLimit(row);
                    return servers.areSeveral()
                            ? isPrimary(connection, server)
                            : Future.succeededFuture(servers.recordPrimary(server, 0));
                })
                .onFailure(failure -> channel.discard())
                .onSuccess(accepted -> {
                    if (accepted) {
                        connection.close();
                    } else {
                        servers.recordNotPrimary(server);
                        channel.discard();
                    }
                });
    }

    private Future<Boolean> isPrimary(SqlConnection connection, SocketAddress server) {
        return connection
                .query(IDENTIFY)
                .execute()
                .map(rows -> rows.iterator().next())
                .map(row -> {
                    String timeline = row.getString(1);
                    if (row.getBoolean(0) || timeline == null) {
                        LOG.warn("A PostgreSQL server is read-only: not using it. If this lasts, check that"
                                + " quarkus.datasource.reactive.url lists the primary server");
                        return false;
                    }
                    if (!servers.recordPrimary(server, Long.parseLong(timeline, HEXADECIMAL))) {
                        LOG.warn("A PostgreSQL server accepts writes, but another server is the primary: not using it."
                                + " Stop the old primary, and make it a standby");
                        return false;
                    }
                    channels.forEach(each -> each.discardIf(servers::isOther));
                    return true;
                });
    }

    private void checkLimit(Row row) {
        if ("0".equals(row.getString(1)) && warned.compareAndSet(false, true)) {
            LOG.warn("The Broker's database role has no statement_timeout, and a Broker cannot set it through PgBouncer"
                    + " in transaction mode. Run the migration with nexus.migration.service-role, or: alter role …"
                    + " set statement_timeout = '2s'");
        }
    }

    /** Uses internal classes, because the Vert.x client has no public access to the channel of a pool's connection. */
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

    /** Records that {@code server} is not the primary, so that new connections try the next server. */
    void recordNotPrimary(SocketAddress server) {
        servers.recordNotPrimary(server);
    }

    /** Closes the idle connections that have received no response since {@code receivedBeforeNanos}. */
    void discardIdle(long receivedBeforeNanos) {
        channels.forEach(channel -> channel.discardIfIdle(receivedBeforeNanos));
    }
}
