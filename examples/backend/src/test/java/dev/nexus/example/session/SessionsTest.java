package dev.nexus.example.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.example.ExampleConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.ws.rs.core.NewCookie;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {

    private static NewCookie cookie(String publicUrl) {
        Map<String, String> settings = Map.of(
                "example.public-url", publicUrl,
                "example.gateway.url", "https://nexus.example.com",
                "example.gateway.browser-origin", "https://nexus.example.com",
                "example.gateway.api-key", "nxs_key");
        ExampleConfig config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withMapping(ExampleConfig.class)
                .build()
                .getConfigMapping(ExampleConfig.class);
        return new Sessions(config).open("ada");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://harbour.example.com", "HTTPS://harbour.example.com"})
    void over_https_the_cookie_is_bound_to_its_host(String publicUrl) {
        NewCookie cookie = cookie(publicUrl);

        assertThat(cookie.getName()).isEqualTo("__Host-example-session");
        assertThat(cookie.isSecure()).isTrue();
        assertThat(cookie.getPath()).isEqualTo("/");
        assertThat(cookie.getDomain()).isNull();
    }

    @Test
    void over_http_on_localhost_the_cookie_has_no_prefix() {
        NewCookie cookie = cookie("http://localhost:8090");

        assertThat(cookie.getName()).isEqualTo("example-session");
        assertThat(cookie.isSecure()).isFalse();
    }
}
