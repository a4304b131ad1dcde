package dev.nexus.testsupport;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Forwards TCP to a server. A test can silence it, to simulate a network that drops packets: the connections stay open,
 * and the proxy forwards neither data nor the close.
 */
public final class SilentProxy implements AutoCloseable {

    private final String host;
    private final int port;
    private final NetClient client;
    private final NetServer server;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile boolean newConnectionsSilent;

    private static final class Link {
        private volatile boolean silent;
    }

    /** Forwards to a server on this machine. */
    public SilentProxy(Vertx vertx, int port) {
        this(vertx, "127.0.0.1", port);
    }

    public SilentProxy(Vertx vertx, String host, int port) {
        this.host = host;
        this.port = port;
        this.client = vertx.createNetClient();
        this.server = join(vertx.createNetServer().connectHandler(this::accept).listen(0, "127.0.0.1"));
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private void accept(NetSocket caller) {
        Link link = new Link();
        link.silent = newConnectionsSilent;
        links.add(link);
        caller.pause();
        client.connect(port, host).onFailure(refused -> caller.close()).onSuccess(called -> {
            forward(link, caller, called);
            forward(link, called, caller);
            caller.resume();
        });
    }

    private void forward(Link link, NetSocket from, NetSocket to) {
        from.handler((Buffer data) -> {
            if (!link.silent) {
                to.write(data);
            }
        });
        from.closeHandler(closed -> {
            links.remove(link);
            if (!link.silent) {
                to.close();
            }
        });
    }

    public int port() {
        return server.actualPort();
    }

    /** The number of connections that neither side has closed. */
    public int open() {
        return links.size();
    }

    /** Stops forwarding on the open connections. New connections work. */
    public void silenceOpen() {
        links.forEach(link -> link.silent = true);
    }

    /** Sets whether the proxy accepts new connections without forwarding their data. */
    public void silenceNew(boolean silent) {
        newConnectionsSilent = silent;
    }

    @Override
    public void close() {
        join(server.close());
        join(client.close());
    }
}
