package dev.nexus.broker.database;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Chooses the server and the password of each new connection. All connections go to the primary. If
 * {@code quarkus.datasource.reactive.url} lists several servers, the next server of the list is tried when a server is
 * in recovery or read-only, or when no attempt has succeeded for {@link DatabasePool#CONNECT_MILLIS}. Refuses an old
 * primary: each promotion increments the timeline, so its timeline is lower than the highest timeline so far.
 * Thread-safe.
 */
final class DatabaseServers implements Supplier<Future<SqlConnectOptions>> {

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(DatabasePool.CONNECT_MILLIS);

    /**
     * After this time without an attempt, an old failure does not count. Longer than the interval of the Broker's jobs,
     * which keep trying the next server while no caller does.
     */
    private static final long FORGET_NANOS = 10 * PATIENCE_NANOS;

    private final List<PgConnectOptions> servers;
    private final Supplier<Optional<String>> password;
    private final LongSupplier nanoTime;
    private int current;
    /** Whether a connection to the current server was accepted since it became the current server. */
    private boolean confirmed;

    private long highestTimeline;
    private boolean attempting;
    private long attemptingSince;
    private long lastAttempt;

    /**
     * @param servers at least one server, in the order in which they are tried
     * @param password the current password; empty for the password of the server's options
     */
    DatabaseServers(List<PgConnectOptions> servers, Supplier<Optional<String>> password, LongSupplier nanoTime) {
        this.servers = List.copyOf(servers);
        this.password = password;
        this.nanoTime = nanoTime;
    }

    /** Returns the options of the next connection. */
    @Override
    public Future<SqlConnectOptions> get() {
        PgConnectOptions server = choose();
        // The copy constructor does not copy this option.
        PgConnectOptions options = new PgConnectOptions(server).setUseLayer7Proxy(server.getUseLayer7Proxy());
        password.get().ifPresent(options::setPassword);
        return Future.succeededFuture(options);
    }

    private synchronized PgConnectOptions choose() {
        long now = nanoTime.getAsLong();
        if (!attempting || now - lastAttempt > FORGET_NANOS) {
            attempting = true;
            attemptingSince = now;
        } else if (now - attemptingSince > PATIENCE_NANOS) {
            next();
        }
        lastAttempt = now;
        return servers.get(current);
    }

    private void next() {
        current = (current + 1) % servers.size();
        attemptingSince = nanoTime.getAsLong();
        confirmed = false;
    }

    boolean areSeveral() {
        return servers.size() > 1;
    }

    /**
     * Records that {@code address} accepts writes. Returns false if its connection must not be used, because
     * {@code timeline} is an old one, or because another server of the same timeline has been accepted since the attempt
     * began.
     *
     * @param timeline the timeline of the server; 0 if the list has only one server
     */
    synchronized boolean recordPrimary(SocketAddress address, long timeline) {
        int accepted = find(address);
        boolean isOther = accepted >= 0 && accepted != current;
        if (timeline < highestTimeline || (isOther && confirmed && timeline == highestTimeline)) {
            return false;
        }
        highestTimeline = timeline;
        current = accepted < 0 ? current : accepted;
        confirmed = true;
        attempting = false;
        return true;
    }

    /** Returns true if {@code address} is a server of the list, and new connections go to another one. */
    synchronized boolean isOther(SocketAddress address) {
        int server = find(address);
        return server >= 0 && server != current;
    }

    private int find(SocketAddress address) {
        for (int i = 0; i < servers.size(); i++) {
            if (isServer(servers.get(i), address)) {
                return i;
            }
        }
        return -1;
    }

    /** Records that {@code address} is not the primary. If new connections go to it, the next server is tried. */
    synchronized void recordNotPrimary(SocketAddress address) {
        if (isServer(servers.get(current), address)) {
            next();
        }
    }

    /** Compares host names, not IP addresses: the remote address of a channel has the host name of the options. */
    private static boolean isServer(PgConnectOptions server, SocketAddress address) {
        return address instanceof InetSocketAddress internet
                && internet.getPort() == server.getPort()
                && internet.getHostString().equals(server.getHost());
    }
}
