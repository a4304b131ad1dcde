package dev.nexus.gateway.component;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/** Requests byte by byte, for what no HTTP client sends. */
final class RawHttp {

    /** Of the loopback network, and not in nexus.gateway.trusted-proxies. */
    static final String UNTRUSTED = "127.0.0.2";

    private static final int PATIENCE_MILLIS = 30_000;

    private RawHttp() {}

    /** The answer to {@code request}, up to the end of the connection. */
    static String send(String request) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            return exchange(socket, request);
        }
    }

    /** The same from the address {@link #UNTRUSTED}. */
    static String sendFromUntrusted(String request) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                RestAssured.port,
                InetAddress.getByAddress(new byte[] {127, 0, 0, 2}),
                0)) {
            return exchange(socket, request);
        }
    }

    /** Whether this system has the whole loopback network, as Linux has. */
    static boolean canSendFromUntrusted() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}))) {
            return probe.isBound();
        } catch (BindException noSuchAddress) {
            return false;
        }
    }

    private static String exchange(Socket socket, String request) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        write(socket.getOutputStream(), request);
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** The Gateway may refuse a request and close the connection before it has read the whole of it. */
    private static void write(OutputStream out, String request) throws IOException {
        try {
            out.write(request.getBytes(ISO_8859_1));
        } catch (SocketException refusedEarly) {
            assertThat(request.length()).as("a short request is read whole").isGreaterThan(64 * 1024);
        }
    }

    /** The header X-API-Key with a key of all scopes. */
    static String key() {
        return "X-API-Key: " + StubbedBroker.apiKey() + "\r\n";
    }

    /** {@code body} as chunks of at most {@code size} characters. */
    static String chunked(String body, int size) {
        StringBuilder chunks = new StringBuilder();
        for (int from = 0; from < body.length(); from += size) {
            String part = body.substring(from, Math.min(body.length(), from + size));
            chunks.append(Integer.toHexString(part.length()))
                    .append("\r\n")
                    .append(part)
                    .append("\r\n");
        }
        return chunks.append("0\r\n\r\n").toString();
    }

    /** Asserts that {@code answer} has a status, the error shape and the headers of each answer. */
    static void assertRefused(String answer, int status, String error) {
        assertThat(answer)
                .containsPattern("^HTTP/[0-9.]+ " + status + " ")
                .containsIgnoringCase("\r\nX-Request-Id: ")
                .containsIgnoringCase("\r\nContent-Type: application/json")
                .containsIgnoringCase("\r\nCache-Control: no-store")
                .contains("{\"error\":\"" + error + "\",\"message\":\"");
    }
}
