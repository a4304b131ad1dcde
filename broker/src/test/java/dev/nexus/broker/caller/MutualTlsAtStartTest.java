package dev.nexus.broker.caller;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.caller.MutualTlsAtStart.Listener;
import dev.nexus.broker.caller.MutualTlsAtStart.Tls;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MutualTlsAtStartTest {

    private static final Optional<String> NAME = Optional.of("gateway");
    private static final Optional<String> NONE = Optional.empty();
    private static final Optional<String> IDENTITY = Optional.of("nexus-gateway");
    private static final Optional<Tls> COMPLETE = Optional.of(new Tls(true, true, false));

    private static void refused(Listener listener, boolean production, String... named) {
        assertThatThrownBy(() -> MutualTlsAtStart.check(listener, production))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(named);
    }

    @Test
    void complete_mutual_tls_is_accepted_in_each_profile() {
        Listener listener = new Listener(NAME, COMPLETE, NONE, IDENTITY);

        assertThatCode(() -> MutualTlsAtStart.check(listener, true)).doesNotThrowAnyException();
        assertThatCode(() -> MutualTlsAtStart.check(listener, false)).doesNotThrowAnyException();
    }

    @Test
    void production_without_tls_is_refused_even_with_plain_http_enabled() {
        Listener listener = new Listener(NONE, Optional.empty(), Optional.of("enabled"), NONE);

        refused(listener, true, "quarkus.http.tls-configuration-name", "production");
    }

    @Test
    void outside_production_plain_http_must_be_enabled() {
        refused(
                new Listener(NONE, Optional.empty(), NONE, NONE),
                false,
                "quarkus.http.tls-configuration-name",
                "quarkus.http.insecure-requests=enabled");
        assertThatCode(() -> MutualTlsAtStart.check(
                        new Listener(NONE, Optional.empty(), Optional.of("enabled"), NONE), false))
                .doesNotThrowAnyException();
    }

    @Test
    void each_missing_setting_is_named() {
        refused(new Listener(NAME, Optional.empty(), NONE, IDENTITY), true, "quarkus.tls.gateway.*");
        refused(
                new Listener(NAME, Optional.of(new Tls(false, true, false)), NONE, IDENTITY),
                true,
                "quarkus.tls.gateway.key-store.pem.0.cert");
        refused(
                new Listener(NAME, Optional.of(new Tls(true, false, false)), NONE, IDENTITY),
                true,
                "quarkus.tls.gateway.trust-store.pem.certs");
        refused(new Listener(NAME, COMPLETE, NONE, NONE), true, "nexus.broker.gateway-identity");
        refused(new Listener(NONE, Optional.empty(), NONE, IDENTITY), false, "quarkus.http.tls-configuration-name");
    }

    @Test
    void trust_all_or_additional_plain_http_is_refused() {
        refused(new Listener(NAME, Optional.of(new Tls(true, true, true)), NONE, IDENTITY), false, "trust-all");
        refused(
                new Listener(NAME, COMPLETE, Optional.of("redirect"), IDENTITY),
                false,
                "quarkus.http.insecure-requests must be disabled");
    }
}
