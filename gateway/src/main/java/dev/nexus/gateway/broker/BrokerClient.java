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
import io.vertx.core.Vertx;
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
 * The REST clients to the Broker and their connections, with mutual TLS by {@code quarkus.tls.broker}. Quarkus gives a
 * client the new files for the connections that it opens from then on, and keeps those that are open: under load they
 * never end, and go on with a certificate that was replaced. So new files make new clients, which the next call takes,
 * once they have reached the Broker, and the old ones end when their calls have.
 */
@Startup
@ApplicationScoped
class BrokerClient {

    private static final Logger LOG = Logger.getLogger(BrokerClient.class);
    private static final String TLS = "broker";

    /** Clients, used in turn. */
    private static final int LANES = 2;

    /**
     * Connections of each client over HTTP/2, and requests at once on one before the next is opened. Few, since a slow Broker has
     * no time for the TLS handshakes of many.
     */
    private static final int SECURE_CONNECTIONS = 16;

    private static final int STREAMS = 64;

    /** Connections of each client over HTTP/1.1, with one request at once. */
    private static final int PLAIN_CONNECTIONS = 128;

    /** Nothing answers a TLS handshake on a connection whose packets are dropped. */
    private static final int HANDSHAKE_SECONDS = 4;

    private static final Duration PING_EVERY = Duration.ofSeconds(1);

    /** What a call may take beyond the time-out, before its client is closed under it. */
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

    private volatile BrokerLanes lanes;

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
            LOG.warn("The Broker is called over plain HTTP, which is not for production");
        }
        this.lanes = build(tls.filter(present -> isTls()));
    }

    /** The client for the next call. */
    BrokerRoutes routes() {
        return lanes.next();
    }

    private boolean isTls() {
        return "https".equalsIgnoreCase(config.brokerUrl().getScheme());
    }

    private BrokerLanes build(Optional<TlsConfiguration> tls) {
        BrokerConnections connections = new BrokerConnections(vertx, PING_EVERY, longestCall());
        return new BrokerLanes(
                IntStream.range(0, LANES)
                        .mapToObj(lane -> build(tls, connections))
                        .toList(),
                connections);
    }

    private Duration longestCall() {
        return config.brokerTimeout().plus(config.providerTimeout());
    }

    private BrokerRoutes build(Optional<TlsConfiguration> tls, BrokerConnections connections) {
        QuarkusRestClientBuilder builder = QuarkusRestClientBuilder.newBuilder()
                .baseUri(config.brokerUrl())
                .connectTimeout(1, TimeUnit.SECONDS)
                .readTimeout(longestCall().toMillis(), TimeUnit.MILLISECONDS)
                .httpClientOptions(connections
                        .options()
                        .setHttp2MultiplexingLimit(STREAMS)
                        .setSslHandshakeTimeout(HANDSHAKE_SECONDS))
                .httpClientRequestCustomizer(connections::use)
                .register(new ServiceCallFilter())
                .register(new BrokerResponses(() -> renew(connections)))
                .property(
                        QuarkusRestClientProperties.CONNECTION_POOL_SIZE,
                        tls.isPresent() ? SECURE_CONNECTIONS : PLAIN_CONNECTIONS)
                .property("microprofile.rest.client.disable.default.mapper", true);
        tls.ifPresent(secured -> builder.tlsConfiguration(secured)
                // Over HTTP/2 a call that ran out of time ends alone. Over HTTP/1.1 it takes its connection along, and
                // the next call waits for a handshake: under load more of them than there is time for.
                .property(QuarkusRestClientProperties.HTTP2, true)
                .property(QuarkusRestClientProperties.ALPN, true));
        return builder.build(BrokerRoutes.class);
    }

    void reread(@Observes CertificateUpdatedEvent event) {
        if (event.name().equals(TLS) && isTls()) {
            introduce(build(Optional.of(event.tlsConfiguration())), reloads.incrementAndGet(), Why.NEW_FILES);
        }
    }

    /**
     * Takes the new client once it has reached the Broker: that reads its own files again at about the same time, and
     * Vert.x turns away whom it meets in that moment. Of new files, one that does not reach it is taken all the same in the
     * end, since they are the ones that hold; else the present one stays.
     */
    private void introduce(BrokerLanes next, int reload, Why why) {
        next.onEach(this::reach)
                .onFailure()
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .atMost(ATTEMPTS)
                .onFailure()
                .invoke(failure -> LOG.warnf(
                        "The Broker cannot be reached by a new client with the files of quarkus.tls.%s: %s",
                        TLS, CallFailure.of(failure).cause()))
                .onItemOrFailure()
                .invoke((answer, failure) -> settle(next, reload, why, failure == null))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> LOG.debug("The former client ends with its calls"));
    }

    /**
     * Opens new connections at the Broker's request: it is about to stop, or wants to spread its callers again. Calls in progress
     * end on the old connections. Does nothing if {@code asked} has already been replaced. Also does nothing while the TLS files
     * are invalid, because the registry has loaded them even if a certificate does not match its key.
     */
    private void renew(BrokerConnections asked) {
        int reload = reloads.get();
        if (isTls()
                && reloaded.of("quarkus.tls." + TLS).isValid()
                && lanes.use(asked)
                && renewing.compareAndSet(false, true)) {
            introduce(build(registry.get(TLS)), reload, Why.ASKED_FOR);
        }
    }

    private synchronized void settle(BrokerLanes next, int reload, Why why, boolean reached) {
        renewing.set(false);
        if (reload != reloads.get() || !why.takes(reached)) {
            // The files have been reloaded in the meantime, or the current client is better.
            next.close();
            return;
        }
        BrokerLanes old = lanes;
        lanes = next;
        LOG.info(why.text);
        vertx.setTimer(longestCall().toMillis() + GRACE_MILLIS, ended -> old.close());
    }

    /** Why new clients are made. */
    enum Why {
        NEW_FILES("The files of quarkus.tls." + TLS + " were read again"),
        ASKED_FOR("The Broker asked for new connections");

        private final String text;

        Why(String text) {
            this.text = text;
        }

        /** Whether a client that {@code reached} the Broker, or did not, is used from now on. */
        boolean takes(boolean reached) {
            return reached || this == NEW_FILES;
        }
    }

    /** Returns the Broker's response to a request without rights. */
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
                        new ServiceCall(tokens.presentingState(), "readiness", Optional.empty()),
                        () -> routes.provider("api-key")))
                .map(response -> Reached.of(response.getStatus(), response.getEntity()))
                .onFailure(BrokerRefusal.class)
                .recoverWithItem(refusal -> Reached.of(refusal.status(), refusal.body()));
    }

    @PreDestroy
    void close() {
        lanes.close();
    }
}
