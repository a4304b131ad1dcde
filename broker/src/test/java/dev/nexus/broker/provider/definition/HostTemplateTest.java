package dev.nexus.broker.provider.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nexus.strategy.Credential;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTemplateTest {

    private static Credential key(String value) {
        return Credential.of(JsonNodeFactory.instance.objectNode().put("api_key", value));
    }

    @ParameterizedTest
    @CsvSource({
        "{api_key.suffix}.api.example.com, 0123abc-us6, us6.api.example.com",
        "{api_key.suffix}.api.example.com, a-b-US19, us19.api.example.com",
        "{api_key}.example.com, a-us6, a-us6.example.com",
    })
    void a_suffix_is_the_text_after_the_last_hyphen(String template, String value, String host) {
        assertThat(HostTemplate.isTemplate(template)).isTrue();
        assertThat(HostTemplate.fields(template)).containsExactly("api_key");
        assertThat(HostTemplate.fill(template, key(value))).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "canary0123abc",
                "canary-",
                "canary-a_b",
                "canary-a/b",
                "x-canarycanary",
                "x-canary12345",
                "x-6",
                "x-0canary",
                "x-us6canary"
            })
    void a_field_without_a_valid_suffix_is_refused_and_never_becomes_a_host(String value) {
        UnfitCredentialException refused = catchThrowableOfType(
                UnfitCredentialException.class,
                () -> HostTemplate.fill("{api_key.suffix}.api.example.com", key(value)));

        assertThat(refused.answer().body().details().get(0).pointer()).endsWith("/api_key");
        assertThat(refused.answer().body().toString()).doesNotContain("canary");
    }

    @Test
    void a_base_url_can_contain_a_suffix() {
        assertThat(BaseUrl.read("https://{api_key.suffix}.api.example.com/3.0")
                        .orElseThrow()
                        .fill(key("a-us6")))
                .isEqualTo("https://us6.api.example.com/3.0");
    }
}
