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
 * Sends HTTPS requests to hosts that tenants choose. Resolves the name once, checks each address, and connects to a
 * checked address. Does not follow redirects. Reads only the status and the headers of the response, and then closes
 * the connection. The size and the speed of the body therefore do not matter.
 */
public final class GuardedRequest {

    private static final Logger LOG = Logger.getLogger(GuardedRequest.class);
    private static final int HTTPS = 443;
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    private final ReachableAddresses addresses;
    private final HttpClient client;

    GuardedRequest(ReachableAddresses addresses, Settings settings, TlsConfigurationRegistry tls, Vertx vertx) {
        this.addresses = addresses;
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(true)
                .setVerifyHost(true)
                .setKeepAlive(false)
                // Do not send trace headers to a provider, or record a provider's address in a trace.
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setMaxPoolSize(settings.maxConnections())
                .setMaxWaitQueueSize(0)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setConnectTimeout(Math.toIntExact(settings.connectTimeout().toMillis()));
        settings.tlsConfigurationName()
                .ifPresent(name -> options.setTrustOptions(tls.get(name)
                        .orElseThrow(() -> new IllegalStateException(
                                settings.prefix() + ".tls-configuration-name must name a configuration of quarkus.tls"))
                        .getTrustStoreOptions()));
        this.client = vertx.httpClientBuilder()
                .with(options)
                // The request fails with the same exception. Without this handler, Vert.x would also log the exception,
                // with a part of the response.
                .withConnectHandler(connection -> connection.exceptionHandler(GuardedRequest::ended))
                .build();
    }

    /**
     * The limits of one purpose: verification or webhooks.
     *
     * @param prefix the prefix of the purpose's settings, for messages
     * @param maxConnections the maximum number of concurrent connections to one host. A further request fails
     * @param allowedAddresses addresses or CIDR blocks that may be called although they are not public
     * @param tlsConfigurationName the configuration of the TLS registry whose authorities are trusted; empty for the
     *     authorities that the JVM trusts
     */
    public record Settings(
            String prefix,
            int maxConnections,
            Duration connectTimeout,
            List<String> allowedAddresses,
            Optional<String> tlsConfigurationName) {}

    /** The host has an address that must not be called, or the URL is not an https URL. The message names neither. */
    public static final class AddressRefusedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        AddressRefusedException() {
            super("the host has an address that must not be called", null, false, false);
        }
    }

    /**
     * The status and the content type of a response.
     *
     * @param status 100–599
     * @param contentType the unchanged value of the header, or an empty text if the header is missing
     */
    public record Answer(int status, String contentType) {

        /** Returns true if the body is a page for a browser. */
        public boolean isHtml() {
            String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            return type.equals("text/html") || type.equals("application/xhtml+xml");
        }
    }

    /**
     * Returns the status and the content type of the response. The caller must limit the time of the response.
     * Cancelling closes the connection.
     *
     * @return fails with {@link AddressRefusedException}, like {@link HostAddresses#of} if the lookup fails, or with
     *     the exception of the network or TLS. Also fails above {@link Settings#maxConnections}, and for a response
     *     with more than 16 KiB of headers
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
            Future<HttpClientRequest> opened = client.request(options);
            // Over HTTP/1.1 a reset closes the connection, so that the body is not read.
            emitter.onTermination(() -> opened.onSuccess(HttpClientRequest::reset));
            opened.compose(sent -> sent.send(Buffer.buffer(request.body())))
                    .onSuccess(answer -> {
                        answer.exceptionHandler(GuardedRequest::ended);
                        String type = answer.getHeader(HttpHeaders.CONTENT_TYPE);
                        emitter.complete(new Answer(answer.statusCode(), type == null ? "" : type));
                    })
                    .onFailure(emitter::fail);
        });
    }

    private static void ended(Throwable failure) {
        LOG.debugf(
                "A connection to a tenant's host closed: cause=%s",
                failure.getClass().getName());
    }

    private static String pathAndQuery(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    void close() {
        client.close();
    }
}
