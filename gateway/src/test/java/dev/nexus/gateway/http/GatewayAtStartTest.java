package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayAtStartTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://connect.example.com",
                "https://example.com/nexus",
                "http://127.0.0.1:8080",
                "http://localhost:8080",
                "http://[::1]:8080"
            })
    void production_accepts_https_and_loopback_urls(String url) {
        assertThatCode(() -> GatewayAtStart.checkPublicUrl(URI.create(url), true))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://connect.example.com",
                "http://10.0.0.1:8080",
                "http://127.0.0.1.example.com",
                "http://localhost.example.com:8080",
                "http://gateway"
            })
    void only_production_rejects_other_plain_http_urls(String url) {
        assertThatThrownBy(() -> GatewayAtStart.checkPublicUrl(URI.create(url), true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.gateway.public-url must be https");
        assertThatCode(() -> GatewayAtStart.checkPublicUrl(URI.create(url), false))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://example.com", "connect.example.com", "https://example.com?a=b", "https://example.com#a"})
    void url_with_another_scheme_query_or_fragment_is_rejected(String url) {
        assertThatThrownBy(() -> GatewayAtStart.checkPublicUrl(URI.create(url), false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.gateway.public-url");
    }

    private static GatewayConfig config(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        for (String required : List.of("public-url", "api-keys-file", "broker-url", "service-key-file")) {
            all.put("nexus.gateway." + required, "x");
        }
        return new SmallRyeConfigBuilder()
                .withMapping(GatewayConfig.class)
                .withMappingIgnore("nexus.gateway.branding.**")
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .build()
                .getConfigMapping(GatewayConfig.class);
    }

    @ParameterizedTest
    @CsvSource({
        "nexus.gateway.auth-rate.per-second, 0, must be between 1 and 1000000",
        "nexus.gateway.auth-rate.burst, 0, must be between 1 and 1000000",
        "nexus.gateway.auth-rate.burst, 1000001, must be between 1 and 1000000",
        "nexus.gateway.broker-timeout, PT0S, must be between PT0.1S and PT1M",
        "nexus.gateway.broker-timeout, PT61S, must be between PT0.1S and PT1M",
        "nexus.gateway.provider-timeout, PT-1S, must be between PT0S and PT2M"
    })
    void value_outside_its_range_is_rejected_with_the_setting_and_the_range(String setting, String value, String rule) {
        assertThatThrownBy(() -> GatewayAtStart.checkRanges(config(Map.of(setting, value))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(setting + " " + rule);
    }

    @Test
    void all_settings_outside_their_ranges_are_reported_together() {
        GatewayConfig config =
                config(Map.of("nexus.gateway.auth-rate.burst", "0", "nexus.gateway.broker-timeout", "PT0S"));

        assertThatThrownBy(() -> GatewayAtStart.checkRanges(config))
                .hasMessageContaining("nexus.gateway.auth-rate.burst ")
                .hasMessageContaining("nexus.gateway.broker-timeout ");
    }

    @Test
    void the_defaults_are_within_their_ranges() {
        assertThatCode(() -> GatewayAtStart.checkRanges(config(Map.of()))).doesNotThrowAnyException();
    }
}
