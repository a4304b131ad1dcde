package dev.nexus.broker.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookFormTest {

    private static ApiException refused(String body) {
        return refused(body.getBytes(UTF_8));
    }

    private static ApiException refused(byte[] body) {
        return catchThrowableOfType(ApiException.class, () -> WebhookForm.url(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://hooks.example.org",
                "https://hooks.example.org/",
                "https://HOOKS.example.org:8443/a/b?token=x%20y&z",
                "https://localhost/hook",
                "https://xn--bcher-kva.example/",
                "https://a1.b-2.example/%7Euser",
            })
    void a_valid_url_is_kept_unchanged(String url) {
        assertThat(WebhookForm.url(("{\"url\":\"" + url + "\"}").getBytes(UTF_8)))
                .isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hooks.example.org",
                "//hooks.example.org/",
                "http://hooks.example.org/",
                "HTTPS://hooks.example.org/",
                "ftp://hooks.example.org/",
                "javascript:alert(1)",
                "https:///path",
                "https://",
                "https://user@hooks.example.org/",
                "https://user:password@hooks.example.org/",
                "https://hooks.example.org/#fragment",
                "https://hooks.example.org/#",
                "https://hooks.example.org:0/",
                "https://hooks.example.org:65536/",
                "https://127.0.0.1/",
                "https://169.254.169.254/latest/meta-data",
                "https://2130706433/",
                "https://0x7f.1/",
                "https://[::1]/",
                "https://hooks.example.org./",
                "https://hooks..example.org/",
                "https://-hooks.example.org/",
                "https://hooks_example.org/",
                "https://hooks.example.org/a b",
                "https://hooks.example.org/\\\\evil",
                "https://hooks.example.org\\\\@evil.example/",
                "https://bücher.example/",
                "https://hooks.example.org/\\u0000",
                "https://hooks.example.org/\\r\\nX: y",
                "https://hooks.example.org/%zz",
                "https://hooks.example.org/\\ud800",
            })
    void an_invalid_url_is_refused_with_its_pointer(String url) {
        ApiException refused = refused("{\"url\":\"" + url + "\"}");

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.body().details()).extracting("pointer").containsExactly("/url");
    }

    @Test
    void a_url_has_at_most_2048_characters() {
        String longest = "https://hooks.example.org/" + "x".repeat(2_048 - 26);

        assertThat(WebhookForm.url(("{\"url\":\"" + longest + "\"}").getBytes(UTF_8)))
                .isEqualTo(longest);
        assertThat(refused("{\"url\":\"" + longest + "x\"}").code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|/url",
                "{\"url\":null}|/url",
                "{\"url\":7}|/url",
                "{\"url\":\"https://hooks.example.org/\",\"a/b~c\":1}|/a~1b~0c",
                "{\"\\ud800\":1}|''",
                "[]|''",
                "\"https://hooks.example.org/\"|''",
            })
    void a_malformed_body_is_refused_with_its_pointer(String body, String pointer) {
        assertThat(refused(body).body().details()).extracting("pointer").containsExactly(pointer);
    }

    @Test
    void an_overlong_form_of_utf_8_is_refused() {
        byte[] overlong = "{\"url\":\"https://hooks.example.org/\u00C1\u00A1\"}".getBytes(ISO_8859_1);

        assertThat(refused(overlong).body().details()).extracting("rule").containsExactly("encoding");
    }

    @Test
    void a_body_in_utf_16_is_refused() {
        byte[] utf16 = "{\"url\":\"https://hooks.example.org/\"}".getBytes(UTF_16LE);

        assertThat(refused(utf16).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{\"url\":\"https://a.example/\"} x", "{\"url\":\"https://a.example/\",\"url\":\"b\"}"})
    void invalid_json_is_refused_without_quoting_it(String body) {
        ApiException refused = refused(body);

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused).hasMessageNotContaining("a.example");
    }
}
