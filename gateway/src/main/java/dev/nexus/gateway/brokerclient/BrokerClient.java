package dev.nexus.gateway.brokerclient;

import dev.nexus.contracts.BrokerApi;
import dev.nexus.gateway.web.GatewayConfig;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.Closeable;
import java.io.IOException;
import java.security.KeyStoreException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties;

/**
 * The REST client to the Broker and its connections, with mutual TLS by {@code quarkus.tls.broker}. Quarkus gives a
 * client the new files for the connections that it opens from then on, and keeps those that are open: under load they
 * never end, and go on with a certificate that was replaced. So new files make a new client, which the next call takes,
 * and the former one ends when its calls have.
 */
@Startup
@ApplicationScoped
class BrokerClient {

    private static final Logger LOG = Logger.getLogger(BrokerClient.class);
    private static final String TLS = "broker";
    private static final int CONNECTIONS = 256;

    /** What a call may take beyond the time-out, before its client is closed under it. */
    private static final long GRACE_MILLIS = 1_000;

    private final GatewayConfig config;
    private final Vertx vertx;
    private volatile Optional<TlsFiles> files;
    private volatile BrokerApi api;

    BrokerClient(GatewayConfig config, TlsConfigurationRegistry registry, Vertx vertx) throws KeyStoreException {
        this.config = config;
        this.vertx = vertx;
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
                BrokerApi former = api;
                api = build(Optional.of(event.tlsConfiguration()));
                files = Optional.of(next);
                LOG.infof("The files of quarkus.tls.%s were read again", TLS);
                vertx.setTimer(
                        config.brokerTimeout().plus(config.providerTimeout()).toMillis() + GRACE_MILLIS,
                        ended -> close(former));
            }
        } catch (KeyStoreException failure) {
            LOG.errorf(
                    "The new files of quarkus.tls.%s cannot be used, the former ones stay: %s",
                    TLS, failure.getClass().getSimpleName());
        }
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
