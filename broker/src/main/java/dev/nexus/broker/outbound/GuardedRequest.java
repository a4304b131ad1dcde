package dev.nexus.broker.outbound;

import dev.nexus.strategy.OutgoingRequest;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.jboss.logging.Logger;

/**
 * Sends HTTPS requests to hosts that tenants choose. Resolves the name once, checks each address, and connects to the
 * first checked address that answers. Does not follow redirects. Reads the status and the headers of the response, and a short body only
 * if the caller asks for it. Then closes the connection.
 */
public final class GuardedRequest {

    private static final Logger LOG = Logger.getLogger(GuardedRequest.class);
    private static final int HTTPS = 443;
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    /** The shortest time for one of several addresses. A distant host needs up to three round trips of 300 ms. */
    private static final Duration MIN_ATTEMPT = Duration.ofSeconds(1);

    private final ReachableAddresses addresses;
    private final Duration connectTimeout;
    private final Vertx vertx;
    private final HttpClient client;

    GuardedRequest(
            ReachableAddresses addresses,
            Settings settings,
            Optional<ProxyOptions> proxy,
            TlsConfigurationRegistry tls,
            Vertx vertx) {
        this.addresses = addresses;
        this.connectTimeout = settings.connectTimeout();
        this.vertx = vertx;
        int millis = Math.toIntExact(connectTimeout.toMillis());
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(true)
                .setVerifyHost(true)
                .setKeepAlive(false)
                // Do not send trace headers to a provider, or record a provider's address in a trace.
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setMaxPoolSize(settings.maxConnections())
                .setMaxWaitQueueSize(0)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setConnectTimeout(millis)
                .setSslHandshakeTimeout(millis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                // Longer than each request. It closes a connection only if no other limit has closed it.
                .setIdleTimeout(2 * millis)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        // The time limit of the proxy also limits its answer to CONNECT, which is 10 s by default.
        proxy.ifPresent(found -> options.setProxyOptions(new ProxyOptions(found).setConnectTimeout(connectTimeout)));
        settings.tlsConfigurationName()
                .ifPresent(name -> options.setTrustOptions(tls.get(name)
                        .orElseThrow(() -> new IllegalStateException(
                                settings.prefix() + ".tls-configuration-name must name a configuration of quarkus.tls"))
                        .getTrustStoreOptions()));
        this.client = vertx.httpClientBuilder()
                .with(options)
                // Without this call, the builder ignores the pool's limits in the options.
                .with(options.getPoolOptions())
                // The request fails with the same exception. Without this handler, Vert.x would also log the exception,
                // with a part of the response.
                .withConnectHandler(connection -> connection.exceptionHandler(GuardedRequest::ended))
                .build();
    }

    /**
     * The limits of one purpose: verification or webhooks.
     *
     * @param prefix the prefix of the purpose's settings, for messages
     * @param maxConnections the maximum number of connections to one address, with those that are closing. A further
     *     request fails at once
     * @param connectTimeout the time limit for all addresses of a host together
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

    /** Sends a request, and does not read the body of the response. See {@link #send(OutgoingRequest, IntPredicate)}. */
    public Uni<GuardedAnswer> send(OutgoingRequest request) {
        return send(request, status -> false);
    }

    /**
     * Returns the response. The caller must limit the time until it is complete. Cancelling closes the connection.
     *
     * @param readsBody decides by the status whether the body is read. A body longer than
     *     {@link GuardedAnswer#MAX_BODY_BYTES} is not read to its end
     * @return fails with {@link AddressRefusedException}, like {@link HostAddresses#of} if the lookup fails, or with
     *     the exception of the network or TLS. Also fails above {@link Settings#maxConnections}, and for a response
     *     with more than 16 KiB of headers
     */
    public Uni<GuardedAnswer> send(OutgoingRequest request, IntPredicate readsBody) {
        URI uri = request.uri();
        if (!"https".equals(uri.getScheme())) {
            return Uni.createFrom().failure(new AddressRefusedException());
        }
        return addresses
                .of(uri.getHost())
                .flatMap(found -> connect(request, found, System.nanoTime() + connectTimeout.toNanos()))
                .flatMap(opened -> answer(opened, request.body(), readsBody));
    }

    /**
     * Connects to the first address that completes the TLS handshake. An address that does not answer uses up only its
     * share of the time. Nothing of the request is sent to the other addresses.
     */
    private Uni<HttpClientRequest> connect(OutgoingRequest request, List<InetAddress> found, long deadline) {
        if (found.size() == 1) {
            return open(request, found.get(0), connectTimeout);
        }
        Duration share = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()) / found.size());
        return open(request, found.get(0), share.compareTo(MIN_ATTEMPT) < 0 ? MIN_ATTEMPT : share)
                .onFailure()
                .recoverWithUni(failure -> {
                    ended(failure);
                    return connect(request, found.subList(1, found.size()), deadline);
                });
    }

    private Uni<HttpClientRequest> open(OutgoingRequest request, InetAddress address, Duration limit) {
        RequestOptions options = options(request, address);
        return Uni.createFrom().emitter(emitter -> {
            AtomicBoolean decided = new AtomicBoolean();
            // A Vert.x timer continues on the caller's context, unlike a time limit of Mutiny.
            long timer = vertx.setTimer(limit.toMillis(), expired -> {
                if (decided.compareAndSet(false, true)) {
                    emitter.fail(new TimeoutException());
                }
            });
            client.request(options)
                    .onSuccess(opened -> {
                        vertx.cancelTimer(timer);
                        if (decided.compareAndSet(false, true)) {
                            emitter.complete(opened);
                        } else {
                            // A reset would leave the connection open, because nothing was sent.
                            opened.exceptionHandler(GuardedRequest::ended);
                            opened.connection().close();
                        }
                    })
                    .onFailure(failure -> {
                        vertx.cancelTimer(timer);
                        if (decided.compareAndSet(false, true)) {
                            emitter.fail(failure);
                        }
                    });
            emitter.onTermination(() -> decided.set(true));
        });
    }

    private static RequestOptions options(OutgoingRequest request, InetAddress address) {
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
        return options;
    }

    private static Uni<GuardedAnswer> answer(HttpClientRequest opened, byte[] body, IntPredicate readsBody) {
        return Uni.createFrom().emitter(emitter -> {
            // Over HTTP/1.1 a reset closes the connection, so that the rest of the body is not read.
            emitter.onTermination(opened::reset);
            opened.send(Buffer.buffer(body))
                    .onSuccess(response -> {
                        if (readsBody.test(response.statusCode())) {
                            readBody(response, emitter);
                        } else {
                            response.exceptionHandler(GuardedRequest::ended);
                            emitter.complete(answer(response, Optional.empty()));
                        }
                    })
                    .onFailure(emitter::fail);
        });
    }

    private static void readBody(HttpClientResponse response, UniEmitter<? super GuardedAnswer> emitter) {
        Buffer body = Buffer.buffer();
        response.exceptionHandler(failure -> {
            ended(failure);
            emitter.complete(answer(response, Optional.empty()));
        });
        response.handler(part -> {
            if (body.length() + part.length() > GuardedAnswer.MAX_BODY_BYTES) {
                emitter.complete(answer(response, Optional.empty()));
            } else {
                body.appendBuffer(part);
            }
        });
        response.endHandler(end -> emitter.complete(answer(response, Optional.of(body.getBytes()))));
    }

    private static GuardedAnswer answer(HttpClientResponse response, Optional<byte[]> body) {
        return new GuardedAnswer(response.statusCode(), response.headers(), body);
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
