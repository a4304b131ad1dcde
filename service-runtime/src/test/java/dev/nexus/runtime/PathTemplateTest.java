package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {

    @ParameterizedTest
    @CsvSource({
        "/v1/webhook,              /v1/webhook,            true",
        "/v1/webhook,              /v1/webhook/,           false",
        "/v1/webhook,              /v1/webhooks,           false",
        "/v1/webhook,              /V1/webhook,            false",
        "/v1/token/{id},           /v1/token/8f3a,         true",
        "/v1/token/{id},           /v1/token/%2F,          true",
        "/v1/token/{id},           /v1/token/,             false",
        "/v1/token/{id},           /v1/token,              false",
        "/v1/token/{id},           /v1/token//,            false",
        "/v1/token/{id},           /v1/token/a/b,          false",
        "/v1/check/{id}/verify,    /v1/check/a/verify,     true",
        "/v1/check/{id}/verify,    /v1/check//verify,      false",
        "/v1/check/{id}/verify,    /v1/check/a/verify/,    false",
        "/v1/check/{id}/verify,    /v1/check/a/verifyx,    false",
        "/v1/check/{id}/verify,    /v1/check/a,            false",
        "/{a}/{b},                 /x/y,                   true",
        "/{a}/{b},                 /x,                     false"
    })
    void parameter_matches_one_segment_that_is_not_empty(String template, String path, boolean matches) {
        assertThat(PathTemplate.of(template).matches(path)).isEqualTo(matches);
    }

    @Test
    void first_parameter_keeps_its_encoding() {
        PathTemplate template = PathTemplate.of("/v1/check/{id}/verify");

        assertThat(template.firstParameter("/v1/check/a%2Fb/verify")).isEqualTo("a%2Fb");
        assertThat(PathTemplate.of("/v1/token/{id}").firstParameter("/v1/token/8f3a"))
                .isEqualTo("8f3a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/x{id}", "/v1/{id}x", "/v1/{id", "{id}"})
    void parameter_that_is_not_a_whole_segment_is_rejected(String template) {
        assertThatThrownBy(() -> PathTemplate.of(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A parameter must be a whole segment: " + template);
    }
}
