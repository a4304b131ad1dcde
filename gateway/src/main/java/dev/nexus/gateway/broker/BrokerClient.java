package dev.nexus.gateway.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.runtime.ReloadedFiles;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties;
import org.jspecify.annotations.Nullable;

/**
 * The clients of the Broker and their connections, with mutual TLS from {@code quarkus.tls.broker}. Quarkus uses
 * reloaded TLS files only for new connections. Under load, open connections never close, and would use a replaced
 * certificate forever. Therefore, this class creates new clients after a reload, and also if the Broker requests new
 * connections. It switches to the new clients when they have reached the Broker, and closes the old ones after their
 * calls.
 */
@Startup
@ApplicationScoped
class BrokerClient {

    private static final Logger LOG = Logger.getLogger(BrokerClient.class);
    private static final String TLS = "broker";

    /** The number of clients. */
    private static final int CLIENTS = 2;

    /** Connections of each client over HTTP/2. Few, because a slow Broker has no time for many TLS handshakes. */
    private static final int SECURE_CONNECTIONS = 16;

    /** Concurrent requests on a connection over HTTP/2, before the next connection is opened. */
    private static final int STREAMS = 64;

    /** Connections of each client over HTTP/1.1. Each has one request at a time. */
    private static final int PLAIN_CONNECTIONS = 128;

    /** The time-out of a TLS handshake, which gets no response if the network drops its packets. */
    private static final int HANDSHAKE_SECONDS = 4;

    private static final Duration PING_EVERY = Duration.ofSeconds(1);

    /** An old client is closed after the longest time-out of a call and this additional time. */
    private static final long GRACE_MILLIS = 1_000;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final int ATTEMPTS = 10;

    private final GatewayConfig config;
    private final ServiceTokens tokens;
    private final Vertx vertx;
    private final TlsConfigurationRegistry registry;
    private final ReloadedFiles reloaded;
    private final AtomicBoolean renewing = new AtomicBoolean();

    /** The number of reloads of the TLS files. */
    private final AtomicInteger reloads = new AtomicInteger();

    /** The number of clients built. */
    private final AtomicInteger built = new AtomicInteger();

    private volatile RoundRobinClients clients;

    BrokerClient(
            GatewayConfig config,
            ServiceTokens tokens,
            TlsConfigurationRegistry registry,
            ReloadedFiles reloaded,
            Vertx vertx) {
        this.config = config;
        this.tokens = tokens;
        this.vertx = vertx;
        this.registry = registry;
        this.reloaded = reloaded;
        Optional<TlsConfiguration> tls = registry.get(TLS);
        BrokerAddress.check(config.brokerUrl(), tls.map(BrokerAddress.Tls::of), ConfigUtils.isProfileActive("prod"));
        if (!isTls()) {
            LOG.warn("Calls to the Broker use plain HTTP, which is not for production");
        }
        this.clients = build(tls.filter(present -> isTls()));
    }

    /** The REST client for the next call. */
    BrokerRoutes routes() {
        return clients.next().routes();
    }

    /**
     * Opens a request without the REST client, over the connections of the client for the next call.
     *
     * @param request the address, method and path
     */
    Future<OpenedRequest> open(RequestOptions request) {
        RoundRobinClients current = clients;
        BrokerConnections connections = current.connections();
        return current.next().http().request(request).map(opened -> {
            connections.watch(opened);
            return new OpenedRequest(opened, () -> renew(connections));
        });
    }

    /**
     * A request on a connection to the Broker.
     *
     * @param renew opens new connections. Run it if the Broker requests them
     */
    record OpenedRequest(HttpClientRequest request, Runnable renew) {}

    private boolean isTls() {
        return "https".equalsIgnoreCase(config.brokerUrl().getScheme());
    }

    private RoundRobinClients build(Optional<TlsConfiguration> tls) {
        BrokerConnections connections = new BrokerConnections(vertx, PING_EVERY, longestCall());
        return new RoundRobinClients(
                IntStream.range(0, CLIENTS)
                        .mapToObj(client -> build(tls, connections))
                        .toList(),
                connections);
    }

    private Duration longestCall() {
        return config.brokerTimeout().plus(config.providerTimeout());
    }

    private RoundRobinClients.Client build(Optional<TlsConfiguration> tls, BrokerConnections connections) {
        String name = "broker-" + built.incrementAndGet();
        QuarkusRestClientBuilder builder = QuarkusRestClientBuilder.newBuilder()
                .baseUri(config.brokerUrl())
                .connectTimeout(1, TimeUnit.SECONDS)
                .readTimeout(longestCall().toMillis(), TimeUnit.MILLISECONDS)
                .httpClientOptions(connections
                        .options()
                        .setHttp2MultiplexingLimit(STREAMS)
                        .setSslHandshakeTimeout(HANDSHAKE_SECONDS))
                .httpClientRequestCustomizer(connections::watch)
                .register(new ServiceCallFilter())
                .register(new BrokerResponses(() -> renew(connections)))
                .property(
                        QuarkusRestClientProperties.CONNECTION_POOL_SIZE,
                        tls.isPresent() ? SECURE_CONNECTIONS : PLAIN_CONNECTIONS)
                .property("microprofile.rest.client.disable.default.mapper", true)
                // Vert.x gives each client that is created with the same name the same connections.
                .property(QuarkusRestClientProperties.SHARED, true)
                .property(QuarkusRestClientProperties.NAME, name);
        tls.ifPresent(secured -> builder.tlsConfiguration(secured)
                // Over HTTP/1.1, a call that times out closes its connection, and the next call waits for a TLS
                // handshake. Under load, these handshakes would take too much time. Over HTTP/2, only the call ends.
                .property(QuarkusRestClientProperties.HTTP2, true)
                .property(QuarkusRestClientProperties.ALPN, true));
        BrokerRoutes routes = builder.build(BrokerRoutes.class);
        return new RoundRobinClients.Client(
                routes,
                vertx.createHttpClient(new HttpClientOptions().setShared(true).setName(name)));
    }

    void reload(@Observes CertificateUpdatedEvent event) {
        if (event.name().equals(TLS) && isTls()) {
            switchTo(build(Optional.of(event.tlsConfiguration())), reloads.incrementAndGet(), Reason.NEW_FILES);
        }
    }

    /**
     * Switches to new clients when they have reached the Broker. Retries, because the Broker may reload its own files
     * at the same time, and Vert.x refuses handshakes during that. After the last attempt, clients with new files are
     * used even if they have not reached the Broker, because the old files are no longer valid. Otherwise the current
     * clients stay.
     */
    private void switchTo(RoundRobinClients next, int reload, Reason reason) {
        next.onEach(this::reach)
                .onFailure()
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .atMost(ATTEMPTS)
                .onFailure()
                .invoke(failure -> LOG.warnf(
                        "A new client with the files of quarkus.tls.%s cannot reach the Broker: %s",
                        TLS, CallFailure.of(failure).cause()))
                .onItemOrFailure()
                .invoke((answer, failure) -> finishSwitch(next, reload, reason, failure == null))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> LOG.debug("The clients of the Broker were replaced or kept"));
    }

    /**
     * Opens new connections if the Broker requests them. The Broker does so before it stops, and on a connection that
     * is older than a minute. Calls in progress end on the old connections. Does nothing without TLS, while it already
     * opens new connections, or if {@code old} has already been replaced. Also does nothing while the TLS files are
     * invalid, because the registry loads them even if a certificate does not match its key.
     */
    private void renew(BrokerConnections old) {
        int reload = reloads.get();
        if (isTls()
                && reloaded.of("quarkus.tls." + TLS).isValid()
                && clients.use(old)
                && renewing.compareAndSet(false, true)) {
            // Builds on a worker thread, because the event loop of the response serves other requests.
            vertx.executeBlocking(() -> build(registry.get(TLS)))
                    .onSuccess(next -> switchTo(next, reload, Reason.REQUESTED))
                    .onFailure(failure -> {
                        renewing.set(false);
                        LOG.warnf(
                                "New clients of the Broker could not be created: %s",
                                failure.getClass().getName());
                    });
        }
    }

    private synchronized void finishSwitch(RoundRobinClients next, int reload, Reason reason, boolean reached) {
        renewing.set(false);
        if (reload != reloads.get() || !reason.permits(reached)) {
            // The files have been reloaded again, or the new clients have not reached the Broker.
            next.close();
            return;
        }
        RoundRobinClients old = clients;
        clients = next;
        LOG.info(reason.text);
        vertx.setTimer(longestCall().toMillis() + GRACE_MILLIS, ended -> old.close());
    }

    /** The reason for new clients. */
    enum Reason {
        NEW_FILES("The files of quarkus.tls." + TLS + " were read again"),
        REQUESTED("The Broker requested new connections");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** Whether to switch to clients that have, or have not, {@code reached} the Broker. */
        boolean permits(boolean reached) {
            return reached || this == NEW_FILES;
        }
    }

    /** Sends a request whose token lacks the scope of the route. Returns the response. */
    Uni<Reached> reach() {
        return reach(routes());
    }

    /** A response to {@link #reach()}. If the URL is wrong, the body comes from another server. */
    record Reached(int status, String body) {

        static Reached of(int status, byte @Nullable [] body) {
            return new Reached(status, body == null ? "" : new String(body, UTF_8));
        }
    }

    private Uni<Reached> reach(BrokerRoutes routes) {
        return Uni.createFrom()
                .deferred(() -> ServiceCallFilter.send(
                        new ServiceCall(tokens.forState(), "readiness", Optional.empty()),
                        () -> routes.provider("api-key")))
                .map(response -> Reached.of(response.getStatus(), response.getEntity()))
                .onFailure(BrokerRefusal.class)
                .recoverWithItem(refusal -> Reached.of(refusal.status(), refusal.body()));
    }

    @PreDestroy
    void close() {
        clients.close();
    }
}
