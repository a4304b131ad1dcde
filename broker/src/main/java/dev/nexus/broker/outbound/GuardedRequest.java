package dev.nexus.broker.outbound;

import dev.nexus.strategy.OutgoingRequest;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Sends one request to where a tenant leads the Broker, and nowhere else: https only; the name is resolved once, every
 * address of it is checked, and the connection goes to a checked one; redirects are not followed; of the answer only the
 * head is read, and the connection ends with it, so that its size and pace do not matter.
 */
public final class GuardedRequest {

    private static final Logger LOG = Logger.getLogger(GuardedRequest.class);
    private static final int HTTPS = 443;
    private static final int MAX_HEAD_BYTES = 16 * 1024;

    private final ReachableAddresses addresses;
    private final HttpClient client;

    GuardedRequest(ReachableAddresses addresses, Settings settings, TlsConfigurationRegistry tls, Vertx vertx) {
        this.addresses = addresses;
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(true)
                .setVerifyHost(true)
                .setKeepAlive(false)
                // A provider is told nothing of our traces, and a trace nothing of a provider's address.
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setMaxPoolSize(settings.maxConnections())
                .setMaxWaitQueueSize(0)
                .setMaxHeaderSize(MAX_HEAD_BYTES)
                .setConnectTimeout(Math.toIntExact(settings.connectTimeout().toMillis()));
        settings.tlsConfigurationName()
                .ifPresent(name -> options.setTrustOptions(tls.get(name)
                        .orElseThrow(() -> new IllegalStateException(
                                settings.prefix() + ".tls-configuration-name must name a configuration of quarkus.tls"))
                        .getTrustStoreOptions()));
        this.client = vertx.httpClientBuilder()
                .with(options)
                // The same failure reaches the request; Vert.x would log it too, with a piece of the answer.
                .withConnectHandler(connection -> connection.exceptionHandler(GuardedRequest::ended))
                .build();
    }

    /**
     * What one use of it may do.
     *
     * @param prefix of its settings, for messages
     * @param maxConnections to one host at once
     * @param allowedAddresses addresses or CIDR blocks that may be reached although they are not public
     * @param tlsConfigurationName of the TLS registry, whose authorities are trusted; empty: those that the JVM trusts
     */
    public record Settings(
            String prefix,
            int maxConnections,
            Duration connectTimeout,
            List<String> allowedAddresses,
            Optional<String> tlsConfigurationName) {}

    /** The host's address is one that must not be reached. Does not name it. */
    public static final class AddressRefusedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        AddressRefusedException() {
            super("the host's address must not be reached", null, false, false);
        }
    }

    /**
     * The head of an answer.
     *
     * @param status 100–599
     * @param contentType as it came; empty where there is none
     */
    public record Answer(int status, String contentType) {

        /** Whether the body is a page for a browser. */
        public boolean isHtml() {
            String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            return type.equals("text/html") || type.equals("application/xhtml+xml");
        }
    }

    /**
     * The answer's head. Fails with {@link AddressRefusedException}, or with what the network or TLS says.
     * Cancelling ends the connection.
     */
    public Uni<Answer> send(OutgoingRequest request) {
        URI uri = request.uri();
        if (!"https".equals(uri.getScheme())) {
            return Uni.createFrom().failure(new AddressRefusedException());
        }
        return addresses.of(uri.getHost()).flatMap(address -> answer(request, address));
    }

    private Uni<Answer> answer(OutgoingRequest request, InetAddress address) {
        URI uri = request.uri();
        int port = uri.getPort() == -1 ? HTTPS : uri.getPort();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(request.method()))
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(uri.getHost())
                .setPort(port)
                .setSsl(true)
                .setURI(pathAndQuery(uri))
                .setFollowRedirects(false);
        request.headers().forEach(header -> options.addHeader(header.name(), header.value()));
        return Uni.createFrom().emitter(emitter -> {
            Future<HttpClientRequest> begun = client.request(options);
            // Over HTTP/1.1 a reset closes the connection: nothing more of the answer is read, and none is waited for.
            emitter.onTermination(() -> begun.onSuccess(HttpClientRequest::reset));
            begun.compose(sent -> sent.send(Buffer.buffer(request.body())))
                    .onSuccess(answer -> {
                        answer.exceptionHandler(GuardedRequest::ended);
                        String type = answer.getHeader(HttpHeaders.CONTENT_TYPE);
                        emitter.complete(new Answer(answer.statusCode(), type == null ? "" : type));
                    })
                    .onFailure(emitter::fail);
        });
    }

    private static void ended(Throwable failure) {
        LOG.debugf("A guarded connection ended: %s", failure.getClass().getName());
    }

    private static String pathAndQuery(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    void close() {
        client.close();
    }
}
