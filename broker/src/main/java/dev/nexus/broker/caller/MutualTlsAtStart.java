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

/**
 * Refuses to start unless mutual TLS is configured: with the Broker's certificate, the trusted authorities and the
 * Gateway's identity, and without plain HTTP. Outside production, a test can enable plain HTTP instead. The message
 * names the setting and the fix.
 */
@Startup(MutualTlsAtStart.BEFORE_OTHERS)
@ApplicationScoped
class MutualTlsAtStart {

    /** Runs before the other checks at the start. If several checks fail, the operator sees this one first. */
    static final int BEFORE_OTHERS = -10;

    private static final Logger LOG = Logger.getLogger(MutualTlsAtStart.class);
    private static final String NAME = "quarkus.http.tls-configuration-name";
    private static final String PLAIN = "quarkus.http.insecure-requests";
    private static final String IDENTITY = "nexus.broker.gateway-identity";
    private static final String SEE = "; see docs/reference/configuration.md on mutual TLS";

    /**
     * The settings of the listener.
     *
     * @param name the name of the TLS configuration; empty without TLS
     * @param tls the TLS configuration; empty if none has this name
     * @param plain {@code quarkus.http.insecure-requests}
     * @param identity {@code nexus.broker.gateway-identity}
     */
    record Listener(Optional<String> name, Optional<Tls> tls, Optional<String> plain, Optional<String> identity) {}

    /** Whether a TLS configuration has a key store, has a trust store, and trusts all certificates. */
    record Tls(boolean keyStore, boolean trustStore, boolean trustAll) {

        static Tls of(TlsConfiguration tls) {
            return new Tls(tls.getKeyStoreOptions() != null, isSet(tls.getTrustStoreOptions()), tls.isTrustAll());
        }

        private static boolean isSet(@Nullable Object part) {
            return part != null;
        }
    }

    @Inject
    MutualTlsAtStart(
            GatewayIdentityConfig config,
            TlsConfigurationRegistry registry,
            @ConfigProperty(name = NAME) Optional<String> name,
            @ConfigProperty(name = PLAIN) Optional<String> plain) {
        Listener listener =
                new Listener(name, name.flatMap(registry::get).map(Tls::of), plain, config.gatewayIdentity());
        check(listener, ConfigUtils.isProfileActive("prod"));
        if (name.isEmpty()) {
            LOG.warn("The Broker serves plain HTTP. Do not use this in production");
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
                        NAME + " names a TLS configuration that does not exist: set " + prefix + ".*" + SEE));
        if (!tls.keyStore()) {
            throw new IllegalStateException(prefix + ".key-store must have the Broker's certificate: set " + prefix
                    + ".key-store.pem.0.cert and .key" + SEE);
        }
        if (!tls.trustStore() || tls.trustAll()) {
            throw new IllegalStateException(
                    prefix + ".trust-store must have the authority of the Gateway's certificate,"
                            + " and trust-all must be off: set " + prefix + ".trust-store.pem.certs" + SEE);
        }
        if (listener.identity().filter(name -> !name.isBlank()).isEmpty()) {
            throw new IllegalStateException(IDENTITY + " must be set to the DNS name or URI in the"
                    + " subjectAltName of the Gateway's certificate" + SEE);
        }
        if (listener.plain()
                .filter(plain -> !plain.equalsIgnoreCase("disabled"))
                .isPresent()) {
            throw new IllegalStateException(PLAIN + " must be disabled or absent if " + NAME
                    + " is set: plain HTTP has no client certificates");
        }
    }

    private static void withoutTls(Listener listener, boolean production) {
        if (production) {
            throw new IllegalStateException(NAME + " must be set in production: the Broker requires mutual TLS" + SEE);
        }
        if (listener.identity().isPresent()) {
            throw new IllegalStateException(NAME + " must be set if " + IDENTITY + " is set" + SEE);
        }
        if (listener.plain().filter("enabled"::equalsIgnoreCase).isEmpty()) {
            throw new IllegalStateException(
                    NAME + " must be set" + SEE + ". To test with plain HTTP, set " + PLAIN + "=enabled");
        }
    }
}
