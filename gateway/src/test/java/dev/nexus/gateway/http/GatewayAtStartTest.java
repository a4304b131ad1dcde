package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
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
    void https_and_what_stays_on_this_machine_are_taken_in_production(String url) {
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
    void plain_http_elsewhere_is_refused_in_production_alone(String url) {
        assertThatThrownBy(() -> GatewayAtStart.checkPublicUrl(URI.create(url), true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.gateway.public-url must be https");
        assertThatCode(() -> GatewayAtStart.checkPublicUrl(URI.create(url), false))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://example.com", "connect.example.com", "https://example.com?a=b", "https://example.com#a"})
    void what_is_no_plain_web_address_is_refused(String url) {
        assertThatThrownBy(() -> GatewayAtStart.checkPublicUrl(URI.create(url), false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.gateway.public-url");
    }
}
