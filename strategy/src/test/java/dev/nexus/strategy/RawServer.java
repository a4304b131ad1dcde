package dev.nexus.strategy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;

/**
 * An HTTP server that returns the received bytes of the request. It serves one connection at a time, with keep-alive.
 */
final class RawServer {

    private final ServerSocket listener;

    RawServer() {
        try {
            listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::accept, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        while (true) {
            try (Socket socket = listener.accept();
                    InputStream in = new BufferedInputStream(socket.getInputStream())) {
                serve(in, socket.getOutputStream());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void serve(InputStream in, OutputStream out) throws IOException {
        for (String request = request(in); !request.isEmpty(); request = request(in)) {
            byte[] body = request.getBytes(ISO_8859_1);
            // Writes one packet, because between two packets the kernel would wait for an acknowledgement.
            out.write(
                    ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n" + request).getBytes(ISO_8859_1));
            out.flush();
        }
    }

    private static String request(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            request.append((char) octet);
        }
        for (String line : request.toString().split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                request.append(new String(
                        in.readNBytes(Integer.parseInt(line.substring(15).strip())), ISO_8859_1));
            }
        }
        return request.toString();
    }
}
