package dev.nexus.broker.caller;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Refuses to start where callers would not have to prove that they are the Gateway, naming the setting and the cure. */
@Startup(MutualTlsAtStart.BEFORE_OTHERS)
@ApplicationScoped
class MutualTlsAtStart {

    /** The first of the checks at start: whoever sets a Broker up hears of its listener before its keys. */
    static final int BEFORE_OTHERS = -10;

    private static final Logger LOG = Logger.getLogger(MutualTlsAtStart.class);
    private static final String NAME = "quarkus.http.tls-configuration-name";
    private static final String PLAIN = "quarkus.http.insecure-requests";
    private static final String IDENTITY = "nexus.broker.gateway-identity";
    private static final String SEE = "; see docs/reference/configuration.md on mutual TLS";

    /**
     * What the listener is made of.
     *
     * @param name of the TLS configuration; empty where there is no TLS
     * @param tls that configuration
     * @param plain whether plain HTTP is asked for
     */
    record Listener(Optional<String> name, Optional<Tls> tls, Optional<String> plain, Optional<String> identity) {}

    /** Which parts of a TLS configuration there are. */
    record Tls(boolean keyStore, boolean trustStore, boolean trustAll) {

        static Tls of(TlsConfiguration tls) {
            return new Tls(tls.getKeyStoreOptions() != null, isThere(tls.getTrustStoreOptions()), tls.isTrustAll());
        }

        private static boolean isThere(@Nullable Object part) {
            return part != null;
        }
    }

    @Inject
    MutualTlsAtStart(
            MutualTlsConfig config,
            TlsConfigurationRegistry registry,
            @ConfigProperty(name = NAME) Optional<String> name,
            @ConfigProperty(name = PLAIN) Optional<String> plain) {
        Listener listener =
                new Listener(name, name.flatMap(registry::get).map(Tls::of), plain, config.gatewayIdentity());
        check(listener, ConfigUtils.isProfileActive("prod"));
        if (name.isEmpty()) {
            LOG.warn("The Broker answers over plain HTTP, which is not for production");
        }
    }

    static void check(Listener listener, boolean production) {
        if (listener.name().isEmpty()) {
            withoutTls(listener, production);
            return;
        }
        String prefix = "quarkus.tls." + listener.name().get();
        Tls tls = listener.tls()
                .orElseThrow(() -> new IllegalStateException(
                        NAME + " names a TLS configuration that is not there; give " + prefix + ".*" + SEE));
        if (!tls.keyStore()) {
            throw new IllegalStateException(prefix + ".key-store must hold the Broker's certificate: give " + prefix
                    + ".key-store.pem.0.cert and .key" + SEE);
        }
        if (!tls.trustStore() || tls.trustAll()) {
            throw new IllegalStateException(
                    prefix + ".trust-store must hold the authority of the Gateway's certificate,"
                            + " and trust-all must be off: give " + prefix + ".trust-store.pem.certs" + SEE);
        }
        if (listener.identity().filter(name -> !name.isBlank()).isEmpty()) {
            throw new IllegalStateException(IDENTITY + " must be given: the DNS name or URI that stands in the"
                    + " subjectAltName of the Gateway's certificate" + SEE);
        }
        if (listener.plain()
                .filter(plain -> !plain.equalsIgnoreCase("disabled"))
                .isPresent()) {
            throw new IllegalStateException(PLAIN + " must be disabled, or left out, beside " + NAME
                    + ": who comes over plain HTTP shows no certificate");
        }
    }

    private static void withoutTls(Listener listener, boolean production) {
        if (production) {
            throw new IllegalStateException(
                    NAME + " must be given in production: the Broker answers over mutual TLS" + " alone" + SEE);
        }
        if (listener.identity().isPresent()) {
            throw new IllegalStateException(NAME + " must be given beside " + IDENTITY + SEE);
        }
        if (listener.plain().filter("enabled"::equalsIgnoreCase).isEmpty()) {
            throw new IllegalStateException(
                    NAME + " must be given" + SEE + ". To try things out over plain HTTP, set " + PLAIN + "=enabled");
        }
    }
}
