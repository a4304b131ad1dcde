package dev.nexus.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports of 127.0.0.1. */
public final class FreePorts {

    private FreePorts() {}

    /** Any free one; somebody else may take it before it is used. */
    public static int any() throws IOException {
        return choose(0, "");
    }

    /** {@code asked} where it is not 0 and free, else any free one. */
    static int choose(int asked, String option) throws IOException {
        try (ServerSocket socket = new ServerSocket(asked, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            throw new LauncherException("Port " + asked + " is taken; give another by " + option + ", or none", taken);
        }
    }
}
