package dev.nexus.e2e.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nexus.launcher.DevAuthority;
import dev.nexus.launcher.DevAuthority.Issued;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** A TLS connection from a test directly to the Broker, without the Gateway. It can serve several requests. */
public final class BrokerConnection implements AutoCloseable {

    private static final int PATIENCE_MILLIS = (int) Duration.ofSeconds(5).toMillis();

    private final SSLSocket socket;

    /** A response of the Broker. */
    public record Answer(int status, String body) {}

    /**
     * Connects and performs the TLS handshake. With TLS 1.3, a certificate that the Broker rejects causes an error only
     * at the first read.
     *
     * @param own the client certificate; null for none. It is sent even if the Broker does not list its authority
     * @param trusted the authority of the Broker's certificate
     */
    public BrokerConnection(String brokerUrl, @Nullable Issued own, DevAuthority trusted)
            throws IOException, GeneralSecurityException {
        URI url = URI.create(brokerUrl);
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        authorities.setCertificateEntry("ca", trusted.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys = own == null ? new KeyManager[0] : new KeyManager[] {new UnconditionalKeyManager(own)};
        context.init(keys, trust.getTrustManagers(), null);
        socket = (SSLSocket) context.getSocketFactory().createSocket(url.getHost(), url.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.startHandshake();
    }

    /**
     * Sends the certificate even if the Broker does not list its authority. The JDK's key manager would not send it.
     */
    private static final class UnconditionalKeyManager extends X509ExtendedKeyManager {

        private static final String ALIAS = "own";

        private final Issued own;

        UnconditionalKeyManager(Issued own) {
            this.own = own;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {own.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.key();
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return ALIAS;
        }
    }

    /** Requests a provider with a service token, or without one if it is null. */
    public Answer provider(@Nullable String serviceToken) throws IOException {
        return get("/internal/v1/providers/basic-auth", serviceToken);
    }

    /** Requests {@code path} with a service token, or without one if it is null. */
    public Answer get(String path, @Nullable String serviceToken) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: broker\r\n"
                + (serviceToken == null ? "" : "Authorization: Bearer " + serviceToken + "\r\n")
                + "\r\n";
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        InputStream in = socket.getInputStream();
        int status = Integer.parseInt(line(in).substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring(header.indexOf(':') + 1).strip());
            }
        }
        return new Answer(status, new String(in.readNBytes(length), UTF_8));
    }

    /**
     * Waits for the Broker to close the connection. Returns false if the Broker sends a byte instead. Throws
     * {@link java.net.SocketTimeoutException} if neither happens within five seconds.
     */
    public boolean isEnded() throws IOException {
        return socket.getInputStream().read() < 0;
    }

    /** Returns the Broker's certificate. */
    public X509Certificate broker() throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new EOFException("the Broker closed the connection");
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
