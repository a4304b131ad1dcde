package dev.nexus.broker.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.net.ProxyOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedRequestsTest {

    @Test
    void the_proxy_is_a_host_and_a_port() {
        ProxyOptions proxy = GuardedRequests.proxy("proxy.example.com:3128");

        assertThat(proxy.getHost()).isEqualTo("proxy.example.com");
        assertThat(proxy.getPort()).isEqualTo(3128);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gw.internal", "http://gw.internal:3128", "a:b", ":80", "user:pw@gw:3128", "gw:0"})
    void any_other_text_stops_the_startup_with_the_name_of_the_setting(String text) {
        assertThatThrownBy(() -> GuardedRequests.proxy(text))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("nexus.outbound.proxy must be a host and a port")
                .hasMessageNotContaining(text);
    }
}
