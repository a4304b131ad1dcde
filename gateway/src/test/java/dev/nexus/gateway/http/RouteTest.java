package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RouteTest {

    /** Templates are metric labels. */
    @Test
    void each_route_is_a_template() {
        assertThat(Route.templates())
                .isNotEmpty()
                .allSatisfy(template -> assertThat(template).matches("(/[a-z0-9-]+|/\\{[a-z]+})+"));
    }

    @Test
    void template_parameter_matches_one_segment() {
        assertThat(Route.at("/v1/token/8f3a")).containsExactly(Route.TOKEN);
        assertThat(Route.at("/v1/token/8f3a/more")).isEmpty();
        assertThat(Route.at("/v1/token/")).isEmpty();
        assertThat(Route.at("/v1/check-connection/8f3a/verify")).containsExactly(Route.VERIFY_CONNECTION);
    }

    @Test
    void resource_without_a_route_is_named_in_the_error() {
        assertThatThrownBy(() -> Route.of("PATCH", "/v1/webhook"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PATCH /v1/webhook is not in Route. Add it, or remove its resource.");
        assertThat(Route.of("PUT", "/v1/webhook")).isEqualTo(Route.PUT_WEBHOOK);
    }
}
