package dev.nexus.gateway.api;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionFormTest {

    private static final String VALID =
            "{\"workspace_id\":\"user_abc\",\"provider_id\":\"api-key\",\"return_url\":\"https://a.example/\"}";

    @Test
    void valid_form_is_read() {
        assertThat(ConnectionForm.parse(VALID.getBytes(UTF_8)).workspaceId()).isEqualTo("user_abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"CANARY\"",
                "{",
                "{\"workspace_id\":CANARY}",
                "{\"workspace_id\":\"CANARY\",\"workspace_id\":\"CANARY\"}",
                "{\"workspace_id\":\"CANARY\"}",
                "{\"workspace_id\":null}",
                "{\"workspace_id\":1}",
                "{\"workspace_id\":\"\"}",
                "{\"workspace_id\":\" CANARY\"}",
                "{\"workspace_id\":\"CANARY\\n\"}",
                "{\"workspace_id\":\"CANARY\\u0000\"}",
                "{\"workspace_id\":\"\\ud800\"}",
                "{\"workspace_id\":\"w\",\"provider_id\":\"api-key\",\"return_url\":\"x\",\"label\":\"CANARY\\udc00\"}",
                "{\"workspace_id\":\"w\",\"provider_id\":\"api-key\",\"return_url\":\"x\",\"display_name\":\"CANARY\\ud800\"}",
                "{\"workspace_id\":\"w\",\"provider_id\":\"CANARY\"}",
                "{\"workspace_id\":\"w\",\"provider_id\":\"api-key\",\"return_url\":\"x\",\"label\":\"\"}",
                "{\"workspace_id\":\"w\",\"provider_id\":\"api-key\",\"return_url\":\"x\",\"label\":null}",
                "{\"CANARY CANARY\":1}",
                "{\"a\":{\"a\":1,\"a\":2}}",
            })
    void invalid_form_is_rejected_without_its_values(String body) {
        assertThatThrownBy(() -> ConnectionForm.parse(body.getBytes(UTF_8)))
                .isInstanceOfSatisfying(ApiException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                    assertThat(refusal.body().toString()).doesNotContain("CANARY");
                });
    }

    @Test
    void display_name_follows_the_rules_of_a_label() {
        String named = VALID.replace("}", ",\"display_name\":\"Ada’s team\"}");
        String control = VALID.replace("}", ",\"display_name\":\"CANARY\\n\"}");
        String long101 = VALID.replace("}", ",\"display_name\":\"" + "x".repeat(101) + "\"}");

        assertThat(ConnectionForm.parse(named.getBytes(UTF_8)).displayName()).isEqualTo("Ada’s team");
        assertThatThrownBy(() -> ConnectionForm.parse(control.getBytes(UTF_8))).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> ConnectionForm.parse(long101.getBytes(UTF_8))).isInstanceOf(ApiException.class);
    }

    @Test
    void trailing_content_is_rejected() {
        assertThatThrownBy(() -> ConnectionForm.parse((VALID + "{}").getBytes(UTF_8)))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void other_encoding_is_rejected() {
        assertThatThrownBy(() -> ConnectionForm.parse(VALID.getBytes(UTF_16LE))).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> ConnectionForm.parse(new byte[] {'{', (byte) 0xff, '}'}))
                .isInstanceOf(ApiException.class);
    }
}
