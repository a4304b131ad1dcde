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

/** Sends raw bytes, for requests that no HTTP client would send. */
final class RawHttp {

    /** A loopback address that is not in nexus.gateway.trusted-proxies. */
    static final String UNTRUSTED = "127.0.0.2";

    private static final int PATIENCE_MILLIS = 30_000;

    private RawHttp() {}

    /** Sends {@code request} and returns everything until the connection is closed. */
    static String send(String request) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            return exchange(socket, request);
        }
    }

    /** Like {@link #send}, from the address {@link #UNTRUSTED}. */
    static String sendFromUntrusted(String request) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                RestAssured.port,
                InetAddress.getByAddress(new byte[] {127, 0, 0, 2}),
                0)) {
            return exchange(socket, request);
        }
    }

    /** Returns true if this system has the address {@link #UNTRUSTED}. Linux has the whole loopback network. */
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

    /** The Gateway can reject a request and close the connection before it has read all of it. */
    private static void write(OutputStream out, String request) throws IOException {
        try {
            out.write(request.getBytes(ISO_8859_1));
        } catch (SocketException refusedEarly) {
            assertThat(request.length())
                    .as("the Gateway reads a short request completely")
                    .isGreaterThan(64 * 1024);
        }
    }

    /** Returns the header X-API-Key with a key that has all scopes. */
    static String key() {
        return "X-API-Key: " + StubbedBroker.apiKey() + "\r\n";
    }

    /** Returns {@code body} in chunks of at most {@code size} characters. */
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

    /** Asserts that {@code answer} has the status, an error body and the common headers. */
    static void assertRefused(String answer, int status, String error) {
        assertThat(answer)
                .containsPattern("^HTTP/[0-9.]+ " + status + " ")
                .containsIgnoringCase("\r\nX-Request-Id: ")
                .containsIgnoringCase("\r\nContent-Type: application/json")
                .containsIgnoringCase("\r\nCache-Control: no-store")
                .contains("{\"error\":\"" + error + "\",\"message\":\"");
    }
}
