package dev.nexus.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ports of 127.0.0.1. */
public final class FreePorts {

    /** The system gives one again as soon as it is closed, and a service takes seconds to bind its own. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** Any free one that this process was not given before; somebody else may take it before it is used. */
    public static int any() throws IOException {
        int port;
        do {
            port = bind(0);
        } while (!GIVEN.add(port));
        return port;
    }

    /** {@code asked} where it is not 0 and free, else any free one. */
    static int choose(int asked, String option) throws IOException {
        if (asked == 0) {
            return any();
        }
        try {
            return bind(asked);
        } catch (IOException taken) {
            throw new LauncherException("Port " + asked + " is taken; give another by " + option + ", or none", taken);
        }
    }

    private static int bind(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
