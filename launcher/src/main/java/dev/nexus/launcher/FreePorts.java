package dev.nexus.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finds free ports of 127.0.0.1. */
public final class FreePorts {

    /**
     * The ports that {@link #any} has returned. The system can return a closed port again immediately, and a service
     * binds its port only seconds later.
     */
    private static final Set<Integer> RETURNED = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /**
     * Returns a free port that this method has not returned before. Another process may bind it before the caller does.
     */
    public static int any() throws IOException {
        int port;
        do {
            port = bind(0);
        } while (!RETURNED.add(port));
        return port;
    }

    /**
     * Returns {@code requested}, or any free port if it is 0.
     *
     * @param option the option that sets the port, for the message
     *
     * @throws LauncherException if the requested port is in use
     */
    static int choose(int requested, String option) throws IOException {
        if (requested == 0) {
            return any();
        }
        try {
            return bind(requested);
        } catch (IOException inUse) {
            throw new LauncherException(
                    "Port " + requested + " is in use. Set another port with " + option + ", or omit the option.",
                    inUse);
        }
    }

    private static int bind(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
