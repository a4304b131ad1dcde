package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLabelsTest {

    private final RequestLabels labels =
            new RequestLabels(new KnownRoutes(Set.of("/v1/token/{id}", "/v1/connections", "/v1/check/{id}/verify")));

    @ParameterizedTest
    @CsvSource({
        "/v1/token/8f3a,         /v1/token/{id}",
        "/v1/token/%zz,          /v1/token/{id}",
        "/v1/token/a.b(c)*,      /v1/token/{id}",
        "/v1/connections,        /v1/connections",
        "/v1/check/8f3a/verify,  /v1/check/{id}/verify"
    })
    void the_uri_label_is_the_template_of_the_path(String path, String template) {
        assertThat(labels.of("GET", path)).isEqualTo(Tags.of("method", "GET", "uri", template));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "*",
                "/v1/token",
                "/v1/token/",
                "/v1/token/8f3a/more",
                "/v1/connections/",
                "/v1Xconnections"
            })
    void the_uri_label_of_an_unknown_path_is_UNKNOWN(String path) {
        assertThat(labels.of("GET", path)).isEqualTo(Tags.of("method", "GET", "uri", RequestLabels.UNKNOWN));
    }

    @Test
    void the_uri_label_of_a_request_without_a_path_is_UNKNOWN() {
        assertThat(labels.of("GET", null)).isEqualTo(Tags.of("method", "GET", "uri", RequestLabels.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FOO", "get", "8f3a", ""})
    void the_method_label_of_an_unknown_method_is_OTHER(String method) {
        assertThat(labels.of(method, "/v1/connections"))
                .isEqualTo(Tags.of("method", RequestLabels.OTHER, "uri", "/v1/connections"));
    }
}
