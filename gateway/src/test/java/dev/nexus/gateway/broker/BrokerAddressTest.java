package dev.nexus.gateway.broker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.gateway.broker.BrokerAddress.Tls;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrokerAddressTest {

    private static final URI HTTP = URI.create("http://broker:8081");
    private static final URI HTTPS = URI.create("https://broker:8081");
    private static final Tls WHOLE = new Tls(true, true, false, true);

    private static void refused(URI url, Optional<Tls> tls, boolean production, String named) {
        assertThatThrownBy(() -> BrokerAddress.check(url, tls, production))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(named);
    }

    @Test
    void https_with_a_certificate_and_an_authority_is_taken_and_plain_http_outside_production() {
        assertThatCode(() -> BrokerAddress.check(HTTPS, Optional.of(WHOLE), true))
                .doesNotThrowAnyException();
        assertThatCode(() -> BrokerAddress.check(HTTP, Optional.empty(), false)).doesNotThrowAnyException();
    }

    @Test
    void production_refuses_plain_http() {
        refused(HTTP, Optional.of(WHOLE), true, "nexus.gateway.broker-url must be https");
    }

    @Test
    void https_without_a_client_certificate_or_an_authority_is_refused_everywhere() {
        refused(HTTPS, Optional.empty(), false, "quarkus.tls.broker.key-store.pem.0.cert");
        refused(HTTPS, Optional.of(new Tls(false, true, false, true)), true, "quarkus.tls.broker.key-store");
        refused(
                HTTPS,
                Optional.of(new Tls(true, false, false, true)),
                true,
                "quarkus.tls.broker.trust-store.pem.certs");
    }

    @Test
    void who_trusts_everybody_or_checks_no_name_is_refused() {
        refused(HTTPS, Optional.of(new Tls(true, true, true, true)), false, "trust-all must be off");
        refused(HTTPS, Optional.of(new Tls(true, true, false, false)), false, "hostname-verification-algorithm");
    }
}
