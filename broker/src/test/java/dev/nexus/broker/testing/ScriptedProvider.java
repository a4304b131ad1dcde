package dev.nexus.broker.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * A TLS server whose response depends on the last segment of the request's path: a status, or a kind of failure. It
 * records the requests.
 */
public final class ScriptedProvider implements AutoCloseable {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final SSLServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "scripted-provider");
        thread.setDaemon(true);
        return thread;
    });
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private volatile String redirectLocation = "";

    private ScriptedProvider(SSLServerSocket listener) {
        this.listener = listener;
        threads.execute(this::accept);
    }

    /** Answers on {@code address} with the certificate in {@code keyStore}. */
    public static ScriptedProvider start(Path keyStore, String address) {
        return new ScriptedProvider(listen(keyStore, address, 0));
    }

    /** Listens with the certificate in {@code keyStore}, and answers nothing. */
    public static SSLServerSocket listen(Path keyStore, String address, int port) {
        try (InputStream in = Files.newInputStream(keyStore)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(keys.getKeyManagers(), null, null);
            return (SSLServerSocket)
                    tls.getServerSocketFactory().createServerSocket(port, 50, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Creates a self-signed certificate for {@code names} with the JDK's keytool. Returns a PKCS12 file with its key.
     */
    public static Path certificate(Path folder, String... names) {
        Path store = folder.resolve("provider.p12");
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(store);
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "provider",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=" + names[0],
                            "-ext",
                            "san=dns:" + String.join(",dns:", names),
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            new String(PASSWORD))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(keytool.getInputStream().readAllBytes(), ISO_8859_1);
            if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException(output);
            }
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Sets the Location of the response to {@code /redirect}. */
    public void redirectTo(String location) {
        this.redirectLocation = location;
    }

    /**
     * Sets the answer to paths that end with {@code script}.
     *
     * @param head the status line and headers, one a line. Without Content-Length, the connection's end is the end
     */
    public void answer(String script, String head, String body) {
        answers.put(script, "HTTP/1.1 " + head.replace("\n", "\r\n") + "\r\n\r\n" + body);
    }

    /** The received requests with headers and body, in order. */
    public List<String> requests() {
        return requests;
    }

    /** The number of accepted connections, with and without a request. */
    public int connections() {
        return connections.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (Socket open = socket;
                InputStream in = new BufferedInputStream(open.getInputStream());
                OutputStream out = open.getOutputStream()) {
            String head = head(in);
            if (head.isEmpty()) {
                return;
            }
            String target = head.split(" ", 3)[1];
            requests.add(head + body(in, head));
            answer(target.replaceAll("\\?.*", "").replaceAll(".*/", ""), out);
        } catch (IOException | InterruptedException disconnected) {
            // Some tests let the caller close the connection.
            Thread.currentThread().isInterrupted();
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        int octet;
        while ((octet = in.read()) >= 0) {
            head.append((char) octet);
            if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                break;
            }
        }
        return head.toString();
    }

    private static String body(InputStream in, String head) throws IOException {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                return new String(
                        in.readNBytes(Integer.parseInt(line.substring(15).strip())), ISO_8859_1);
            }
        }
        return "";
    }

    private void answer(String script, OutputStream out) throws IOException, InterruptedException {
        switch (script) {
            case "hang" -> TimeUnit.SECONDS.sleep(20);
            case "closed" -> out.flush();
            case "garbage" -> write(out, "\u0000\u0001 not HTTP\r\n\r\n");
            case "slow-head" -> {
                write(out, "HTTP/1.1 200 OK\r\nX-Slow: ");
                for (int i = 0; i < 200; i++) {
                    TimeUnit.MILLISECONDS.sleep(100);
                    write(out, "x");
                }
            }
            case "endless-head" -> {
                write(out, "HTTP/1.1 200 OK\r\n");
                for (int i = 0; i < 100_000; i++) {
                    write(out, "X-Header-" + i + ": " + "x".repeat(100) + "\r\n");
                }
            }
            case "slow-body" -> {
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                for (int i = 0; i < 1_000; i++) {
                    TimeUnit.MILLISECONDS.sleep(100);
                    write(out, "x");
                }
            }
            case "big" -> {
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n");
                byte[] block = new byte[65_536];
                for (int i = 0; i < 160; i++) {
                    out.write(block);
                }
            }
            case "redirect" ->
                write(out, "HTTP/1.1 302 Found\r\nLocation: " + redirectLocation + "\r\nContent-Length: 0\r\n\r\n");
            case "403-html" -> write(out, page("403 Forbidden"));
            case "401-html" -> write(out, page("401 Unauthorized"));
            case "429" -> write(out, "HTTP/1.1 429 Too Many\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n");
            default ->
                write(
                        out,
                        answers.getOrDefault(
                                script, "HTTP/1.1 " + script + " Scripted\r\nContent-Length: 2\r\n\r\n{}"));
        }
    }

    private static String page(String status) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/HTML; charset=utf-8\r\nContent-Length: 0\r\n\r\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
