package dev.nexus.e2e.support;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A TCP proxy to a server of this machine that delivers each byte of the server later, like a long network. A test can
 * limit the rate of a server with it, without a need for CPU time.
 */
public final class DelayedLink implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final ServerSocket listener;
    private final int serverPort;
    private final long delayNanos;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

    private DelayedLink(ServerSocket listener, int serverPort, Duration delay) {
        this.listener = listener;
        this.serverPort = serverPort;
        this.delayNanos = delay.toNanos();
        open.add(listener);
    }

    /**
     * Starts a link.
     *
     * @param serverPort the port of the server, which can start later
     */
    public static DelayedLink to(int serverPort, Duration delay) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        DelayedLink link = new DelayedLink(listener, serverPort, delay);
        link.run(link::accept);
        return link;
    }

    /** The port that clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** Runs {@code work} until a side closes its connection, or until {@link #close}. Then closes {@code ends}. */
    private void run(Work work, Closeable... ends) {
        threads.execute(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // The loop below closes the other side, as the network does.
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
            for (Closeable end : ends) {
                closeQuietly(end);
            }
        });
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = register(listener.accept());
            Socket server = register(new Socket());
            try {
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
            } catch (IOException down) {
                closeQuietly(client);
                continue;
            }
            BlockingQueue<Chunk> travelling = new LinkedBlockingQueue<>();
            run(() -> client.getInputStream().transferTo(server.getOutputStream()), client, server);
            run(() -> receive(server, travelling));
            run(() -> deliver(travelling, client), client, server);
        }
    }

    /** Bytes of the server. A chunk without bytes is the end of the connection. */
    private record Chunk(ByteBuffer bytes, long dueNanos) {}

    private void receive(Socket server, BlockingQueue<Chunk> travelling) throws IOException {
        byte[] buffer = new byte[CHUNK];
        try {
            for (int read = server.getInputStream().read(buffer);
                    read > 0;
                    read = server.getInputStream().read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(buffer, read));
                travelling.add(new Chunk(bytes, System.nanoTime() + delayNanos));
            }
        } finally {
            travelling.add(new Chunk(ByteBuffer.allocate(0), System.nanoTime() + delayNanos));
        }
    }

    private static void deliver(BlockingQueue<Chunk> travelling, Socket client)
            throws IOException, InterruptedException {
        for (Chunk next = travelling.take(); next.bytes().hasRemaining(); next = travelling.take()) {
            TimeUnit.NANOSECONDS.sleep(next.dueNanos() - System.nanoTime());
            client.getOutputStream().write(next.bytes().array());
        }
    }

    private Socket register(Socket socket) throws IOException {
        open.add(socket);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private void closeQuietly(Closeable end) {
        open.remove(end);
        try {
            end.close();
        } catch (IOException alreadyClosed) {
            // Nothing is left to close.
        }
    }

    @Override
    public void close() {
        Set.copyOf(open).forEach(this::closeQuietly);
        threads.shutdownNow();
    }
}
