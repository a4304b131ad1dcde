package dev.nexus.broker.database;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.impl.command.CommandBase;
import io.vertx.sqlclient.impl.command.CommandResponse;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import jdk.net.ExtendedSocketOptions;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose server does not answer ({@link DatabaseSessions#ANSWER_MILLIS}) or has become read-only.
 * Then also closes the idle connections of the pool. An idle connection that has received a response in the meantime
 * stays open. Without this class, if the network drops the packets of a connection, the pool could use the connection
 * for a quarter of an hour. Only then would the kernel close it.
 *
 * <p>Time is counted in ticks of the connection's own event loop. While this event loop is blocked, it can read no
 * answer, and no tick passes.
 */
final class DatabaseChannel extends ChannelDuplexHandler {

    private static final Logger LOG = Logger.getLogger(DatabaseChannel.class);
    private static final int TICK_MILLIS = 250;
    private static final int TIMEOUT_TICKS = DatabaseSessions.ANSWER_MILLIS / TICK_MILLIS;

    private static final int KEEP_IDLE_SECONDS = 4;
    private static final int KEEP_INTERVAL_SECONDS = 2;
    private static final int KEEP_COUNT = 2;

    /**
     * With these values, the kernel finds a broken idle connection within 8 seconds. Epoll and Java's sockets have
     * different options. A channel ignores the options of the other kind.
     */
    private static final Map<ChannelOption<Integer>, Integer> KEEP_ALIVE = Map.of(
            EpollChannelOption.TCP_KEEPIDLE,
            KEEP_IDLE_SECONDS,
            EpollChannelOption.TCP_KEEPINTVL,
            KEEP_INTERVAL_SECONDS,
            EpollChannelOption.TCP_KEEPCNT,
            KEEP_COUNT,
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
            KEEP_IDLE_SECONDS,
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
            KEEP_INTERVAL_SECONDS,
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
            KEEP_COUNT);

    /** read_only_sql_transaction: the server is the old primary of a failover. */
    private static final String READ_ONLY = "25006";

    private final DatabaseSessions sessions;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> ticking;
    private int unanswered;
    private int ticks;
    private long lastResponseNanos = System.nanoTime();
    private long waitingSinceNanos = lastResponseNanos;

    DatabaseChannel(DatabaseSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        KEEP_ALIVE.forEach((option, value) -> added.channel().config().setOption(option, value));
        ticking = added.executor()
                .scheduleWithFixedDelay(() -> tick(added), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        sessions.added(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        stop();
        closed.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        stop();
    }

    private void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        sessions.removed(this);
    }

    @Override
    public void write(ChannelHandlerContext to, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof CommandBase<?>) {
            if (unanswered == 0) {
                ticks = 0;
                waitingSinceNanos = System.nanoTime();
            }
            unanswered++;
        }
        super.write(to, message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (message instanceof CommandResponse) {
            unanswered--;
            ticks = 0;
            lastResponseNanos = System.nanoTime();
            waitingSinceNanos = lastResponseNanos;
        }
        from.fireChannelRead(message);
        if (message instanceof CommandResponse<?> response && isReadOnly(response)) {
            LOG.warn("PostgreSQL is read-only: closing this connection and the idle connections");
            sessions.recordNotPrimary(from.channel().remoteAddress());
            discardAll(from, System.nanoTime());
        }
    }

    private static boolean isReadOnly(CommandResponse<?> response) {
        return response.toAsyncResult().cause() instanceof PgException failure
                && READ_ONLY.equals(failure.getSqlState());
    }

    private void tick(ChannelHandlerContext on) {
        if (unanswered > 0 && ++ticks >= TIMEOUT_TICKS && on.channel().isActive()) {
            LOG.warnf(
                    "PostgreSQL has not answered for %d ms: closing this connection and the idle connections",
                    DatabaseSessions.ANSWER_MILLIS);
            discardAll(on, waitingSinceNanos);
        }
    }

    private void discardAll(ChannelHandlerContext on, long receivedBeforeNanos) {
        close(on);
        sessions.discardIdle(receivedBeforeNanos);
    }

    /**
     * Closes the channel without the client's codec. The codec would announce the end and wait until the server closes
     * the connection, which never happens if the server does not answer. A closed channel has no codec.
     */
    private static void close(ChannelHandlerContext on) {
        ChannelHandlerContext codec = on.pipeline().context(DatabaseSessions.CODEC);
        if (codec != null) {
            ChannelFuture unused = codec.close();
        }
    }

    /** Closes the connection. The requests that wait for an answer on this connection fail. */
    void discard() {
        ChannelHandlerContext own = context;
        if (own != null) {
            close(own);
        }
    }

    /** Closes the connection, also if it is not idle, if its server fulfils {@code condition}. */
    void discardIf(Predicate<SocketAddress> condition) {
        ChannelHandlerContext own = context;
        if (own != null && condition.test(own.channel().remoteAddress())) {
            own.executor().execute(() -> close(own));
        }
    }

    /** Closes the connection if it is idle and has received no response since {@code receivedBeforeNanos}. */
    void discardIfIdle(long receivedBeforeNanos) {
        ChannelHandlerContext own = context;
        if (own != null) {
            own.executor().execute(() -> {
                if (unanswered == 0 && lastResponseNanos - receivedBeforeNanos < 0) {
                    close(own);
                }
            });
        }
    }
}
