package dev.nexus.broker.verification;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * An HTTP proxy on the loopback address that only tunnels (CONNECT). The test runs in another class loader, so it reads
 * the targets of all tunnels with {@code GET /targets}.
 */
public final class ConnectProxy implements QuarkusTestResourceLifecycleManager {

    private static final Logger LOG = Logger.getLogger(ConnectProxy.class);

    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "connect-proxy");
        thread.setDaemon(true);
        return thread;
    });

    @SuppressWarnings("NullAway.Init")
    private ServerSocket listener;

    @Override
    public Map<String, String> start() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
        return Map.of("nexus.outbound.proxy", "127.0.0.1:" + listener.getLocalPort());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (Socket open = client) {
            String[] line = head(open.getInputStream()).split(" ", 3);
            if (!line[0].equals("CONNECT")) {
                String list = String.join(",", targets);
                write(open, "HTTP/1.1 200 OK\r\nContent-Length: " + list.length() + "\r\n\r\n" + list);
                return;
            }
            targets.add(line[1]);
            int colon = line[1].lastIndexOf(':');
            InetAddress address = InetAddress.getByName(line[1].substring(0, colon));
            try (Socket target = new Socket(address, Integer.parseInt(line[1].substring(colon + 1)))) {
                write(open, "HTTP/1.1 200 Connected\r\n\r\n");
                threads.execute(() -> copy(open, target));
                copy(target, open);
            }
        } catch (IOException disconnected) {
            // Expected: the Broker closes each connection after the head of the answer.
            LOG.debugf("A tunnel closed: cause=%s", disconnected.getClass().getName());
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("closed");
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static void copy(Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
            to.shutdownOutput();
        } catch (IOException disconnected) {
            LOG.debugf("A tunnel closed: cause=%s", disconnected.getClass().getName());
        }
    }

    @Override
    public void stop() {
        threads.shutdownNow();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
