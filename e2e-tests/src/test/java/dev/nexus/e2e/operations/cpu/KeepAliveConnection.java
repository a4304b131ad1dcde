package dev.nexus.e2e.operations.cpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;

/**
 * A plain HTTP/1.1 connection to a port of this machine, for one request at a time. It adds less time between two
 * requests than the JDK's client, whose threads would take the CPU caches from the service.
 */
final class KeepAliveConnection implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(30).toMillis();
    private static final String LENGTH = "content-length:";

    private final Socket socket;
    private final InputStream in;
    private final String headers;

    /**
     * @param headers the headers of each request, each with a line end
     */
    KeepAliveConnection(int port, String headers) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
        this.headers = "Host: 127.0.0.1:" + port + "\r\n" + headers;
    }

    String get(String path) throws IOException {
        return send("GET " + path, "", "");
    }

    String post(String path, String json) throws IOException {
        return send(
                "POST " + path, "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n", json);
    }

    /** Returns the body of the response. Throws {@link AssertionError} if its status is not 200. */
    private String send(String line, String more, String body) throws IOException {
        socket.getOutputStream().write((line + " HTTP/1.1\r\n" + headers + more + "\r\n" + body).getBytes(UTF_8));
        String status = readLine();
        int length = 0;
        for (String header = readLine(); !header.isEmpty(); header = readLine()) {
            if (header.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                length = Integer.parseInt(header.substring(LENGTH.length()).strip());
            }
        }
        String answer = new String(in.readNBytes(length), UTF_8);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new AssertionError(line.replaceFirst("\\?.*", "") + ": " + status);
        }
        return answer;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new EOFException("the service closed the connection");
            }
            line.append((char) read);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
