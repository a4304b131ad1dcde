package dev.nexus.gateway.brokerclient;

import dev.nexus.contracts.BrokerApi;
import dev.nexus.contracts.ServiceCall;
import dev.nexus.gateway.web.GatewayConfig;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response;
import java.io.Closeable;
import java.io.IOException;
import java.security.KeyStoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties;

/**
 * The REST client to the Broker and its connections, with mutual TLS by {@code quarkus.tls.broker}. Quarkus gives a
 * client the new files for the connections that it opens from then on, and keeps those that are open: under load they
 * never end, and go on with a certificate that was replaced. So new files make a new client, which the next call takes,
 * once it has reached the Broker, and the former one ends when its calls have.
 */
@Startup
@ApplicationScoped
class BrokerClient {

    private static final Logger LOG = Logger.getLogger(BrokerClient.class);
    private static final String TLS = "broker";
    private static final int CONNECTIONS = 256;

    /** Over HTTP/2: requests at once on one connection, before another is opened, perhaps to another Broker. */
    private static final int STREAMS = 16;

    private static final int HTTP2_CONNECTIONS = 16;

    /** What a call may take beyond the time-out, before its client is closed under it. */
    private static final long GRACE_MILLIS = 1_000;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final int ATTEMPTS = 10;

    private final GatewayConfig config;
    private final ServiceTokens tokens;
    private final Vertx vertx;
    private final TlsConfigurationRegistry registry;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile Optional<TlsFiles> files;
    private volatile BrokerApi api;

    BrokerClient(GatewayConfig config, ServiceTokens tokens, TlsConfigurationRegistry registry, Vertx vertx)
            throws KeyStoreException {
        this.config = config;
        this.tokens = tokens;
        this.vertx = vertx;
        this.registry = registry;
        Optional<TlsConfiguration> tls = registry.get(TLS);
        BrokerAddress.check(config.brokerUrl(), tls.map(BrokerAddress.Tls::of), ConfigUtils.isProfileActive("prod"));
        if (isTls()) {
            TlsConfiguration present = tls.orElseThrow();
            this.files = Optional.of(TlsFiles.of(present));
            this.api = build(Optional.of(present));
        } else {
            LOG.warn("The Broker is called over plain HTTP, which is not for production");
            this.files = Optional.empty();
            this.api = build(Optional.empty());
        }
    }

    /** The client of this moment; to be asked for each call. */
    BrokerApi api() {
        return api;
    }

    private boolean isTls() {
        return "https".equalsIgnoreCase(config.brokerUrl().getScheme());
    }

    private BrokerApi build(Optional<TlsConfiguration> tls) {
        QuarkusRestClientBuilder builder = QuarkusRestClientBuilder.newBuilder()
                .baseUri(config.brokerUrl())
                .connectTimeout(1, TimeUnit.SECONDS)
                .readTimeout(
                        config.brokerTimeout().plus(config.providerTimeout()).toMillis(), TimeUnit.MILLISECONDS)
                .httpClientOptions(new HttpClientOptions()
                        .setHttp2MultiplexingLimit(STREAMS)
                        .setHttp2MaxPoolSize(HTTP2_CONNECTIONS))
                .property(QuarkusRestClientProperties.CONNECTION_POOL_SIZE, CONNECTIONS)
                .property("microprofile.rest.client.disable.default.mapper", true);
        tls.ifPresent(secured -> builder.tlsConfiguration(secured)
                // Over HTTP/2 a call that ran out of time ends alone. Over HTTP/1.1 it takes its connection along, and
                // the next call waits for a handshake: under load more of them than there is time for.
                .property(QuarkusRestClientProperties.HTTP2, true)
                .property(QuarkusRestClientProperties.ALPN, true));
        return builder.build(BrokerApi.class);
    }

    void reread(@Observes CertificateUpdatedEvent event) {
        if (!event.name().equals(TLS) || files.isEmpty()) {
            return;
        }
        try {
            TlsFiles next = TlsFiles.of(event.tlsConfiguration());
            if (files.filter(next::equals).isEmpty()) {
                files = Optional.of(next);
                introduce(
                        build(Optional.of(event.tlsConfiguration())),
                        next,
                        "The files of quarkus.tls." + TLS + " were read again");
            }
        } catch (KeyStoreException failure) {
            LOG.errorf(
                    "The new files of quarkus.tls.%s cannot be used, the former ones stay: %s",
                    TLS, failure.getClass().getSimpleName());
        }
    }

    /**
     * Takes the new client once it has reached the Broker: that reads its own files again at about the same time, and
     * Vert.x turns away whom it meets in that moment. One that does not reach it is taken all the same in the end, since
     * its files are the ones that hold.
     */
    private void introduce(BrokerApi next, TlsFiles its, String why) {
        reach(next)
                .onFailure()
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .atMost(ATTEMPTS)
                .onFailure()
                .invoke(failure -> LOG.warnf(
                        "The Broker cannot be reached with the new files of quarkus.tls.%s: %s",
                        TLS, failure.getClass().getName()))
                .onItemOrFailure()
                .invoke((answer, failure) -> replaceBy(next, its, why))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> LOG.debug("The former client ends with its calls"));
    }

    /**
     * Makes new connections, because the Broker asks for it: it is about to end, or would have its callers spread anew. Calls
     * that are under way end where they are. Does nothing where {@code asked} was replaced since.
     */
    void renew(BrokerApi asked) {
        Optional<TlsFiles> its = files;
        if (its.isPresent() && asked == api && renewing.compareAndSet(false, true)) {
            introduce(build(registry.get(TLS)), its.get(), "The Broker asked for new connections");
        }
    }

    private synchronized void replaceBy(BrokerApi next, TlsFiles its, String why) {
        renewing.set(false);
        if (files.filter(its::equals).isEmpty()) {
            // Replaced once more in the meantime.
            close(next);
            return;
        }
        BrokerApi former = api;
        api = next;
        LOG.info(why);
        long patience = config.brokerTimeout().plus(config.providerTimeout()).toMillis() + GRACE_MILLIS;
        vertx.setTimer(patience, ended -> close(former));
    }

    /** Whatever the Broker answers to a call without rights. */
    Uni<Response> reach() {
        return reach(api);
    }

    private Uni<Response> reach(BrokerApi client) {
        return Uni.createFrom()
                .deferred(() -> client.provider(ServiceCall.of(tokens.presentingState(), "readiness"), "api-key"));
    }

    @PreDestroy
    void close() {
        close(api);
    }

    private static void close(BrokerApi client) {
        if (client instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException failure) {
                LOG.warnf(
                        "A client of the Broker could not be closed: %s",
                        failure.getClass().getName());
            }
        }
    }
}
