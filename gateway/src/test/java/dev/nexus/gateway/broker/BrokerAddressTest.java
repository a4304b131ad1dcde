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
    private static final Tls MUTUAL = new Tls(true, true, false, true);

    private static void assertRejected(URI url, Optional<Tls> tls, boolean production, String named) {
        assertThatThrownBy(() -> BrokerAddress.check(url, tls, production))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(named);
    }

    @Test
    void mutual_tls_is_accepted_and_plain_http_only_outside_production() {
        assertThatCode(() -> BrokerAddress.check(HTTPS, Optional.of(MUTUAL), true))
                .doesNotThrowAnyException();
        assertThatCode(() -> BrokerAddress.check(HTTP, Optional.empty(), false)).doesNotThrowAnyException();
    }

    @Test
    void production_rejects_plain_http() {
        assertRejected(HTTP, Optional.of(MUTUAL), true, "nexus.gateway.broker-url must be https");
    }

    @Test
    void https_without_a_client_certificate_or_an_authority_is_rejected() {
        assertRejected(HTTPS, Optional.empty(), false, "quarkus.tls.broker.key-store.pem.0.cert");
        assertRejected(HTTPS, Optional.of(new Tls(false, true, false, true)), true, "quarkus.tls.broker.key-store");
        assertRejected(
                HTTPS,
                Optional.of(new Tls(true, false, false, true)),
                true,
                "quarkus.tls.broker.trust-store.pem.certs");
    }

    @Test
    void trust_all_or_no_host_name_verification_is_rejected() {
        assertRejected(HTTPS, Optional.of(new Tls(true, true, true, true)), false, "trust-all must be off");
        assertRejected(HTTPS, Optional.of(new Tls(true, true, false, false)), false, "hostname-verification-algorithm");
    }
}
