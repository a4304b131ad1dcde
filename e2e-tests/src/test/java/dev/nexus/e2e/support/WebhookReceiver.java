package dev.nexus.e2e.support;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A webhook receiver at https://localhost that can be down, slow, or answer with any status. */
public final class WebhookReceiver implements AutoCloseable {

    /** A token in the receiver's URL, as real receivers use it. */
    public static final String TOKEN = "canary-url-73ce";

    private static final String PASSWORD = "changeit";

    private final Path keyStore;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final int port;
    private HttpsServer server;
    private volatile int status = 204;
    private volatile Duration delay = Duration.ZERO;

    private WebhookReceiver(Path keyStore) throws IOException, GeneralSecurityException {
        this.keyStore = keyStore;
        this.server = listen(0);
        this.port = server.getAddress().getPort();
    }

    /** A received request and the status of its response. */
    public record Received(int answered, Map<String, List<String>> headers, String body) {

        public String id() {
            return Objects.requireNonNull(headers.get("webhook-id")).get(0);
        }

        /** Verifies the signature and the replay window with the Standard Webhooks library. */
        public boolean isSignedBy(String secret) {
            try {
                new Webhook(secret).verify(body, headers);
                return true;
            } catch (WebhookVerificationException refused) {
                return false;
            }
        }
    }

    public static WebhookReceiver start(Path folder) {
        try {
            return new WebhookReceiver(certificate(folder));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpsServer listen(int port) throws IOException, GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLS");
        try (InputStream in = Files.newInputStream(keyStore)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD.toCharArray());
            tls.init(keys.getKeyManagers(), null, null);
        }
        HttpsServer listening = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
        listening.setHttpsConfigurator(new HttpsConfigurator(tls));
        listening.setExecutor(threads);
        listening.createContext("/", this::receive);
        listening.start();
        return listening;
    }

    private static Path certificate(Path folder) throws IOException {
        Path store = Files.createDirectories(folder).resolve("receiver.p12");
        Files.deleteIfExists(store);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "receiver",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return store;
    }

    /** Returns the settings of a Broker that may connect to this receiver and trusts it. */
    public Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("nexus.webhook.allowed-addresses", "127.0.0.1,::1");
        settings.put("nexus.webhook.tls-configuration-name", "receiver");
        settings.put("quarkus.tls.receiver.trust-store.p12.path", keyStore.toString());
        settings.put("quarkus.tls.receiver.trust-store.p12.password", PASSWORD);
        return settings;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Map<String, List<String>> headers = new HashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
            int answer = status;
            received.add(new Received(answer, headers, body));
            TimeUnit.MILLISECONDS.sleep(delay.toMillis());
            exchange.sendResponseHeaders(answer, -1);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    public String url() {
        return "https://localhost:" + port + "/hooks?token=" + TOKEN;
    }

    public void answer(int code) {
        this.status = code;
    }

    public void answerAfter(Duration wait) {
        this.delay = wait;
    }

    /** Stops listening, so that connections are refused. */
    public void down() {
        server.stop(0);
    }

    /** Listens again on the same port. */
    public void up() {
        try {
            server = listen(port);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public List<Received> received() {
        return List.copyOf(received);
    }

    /** Returns the requests that this receiver answered with 2xx. The Broker may have timed out before the answer. */
    public List<Received> taken() {
        List<Received> taken = new ArrayList<>(received);
        taken.removeIf(request -> request.answered() >= 300);
        return taken;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
