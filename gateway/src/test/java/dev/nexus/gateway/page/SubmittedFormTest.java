package dev.nexus.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubmittedFormTest {

    @ParameterizedTest
    @ValueSource(strings = {"f0=canary-one&f0=canary-two", "f0=canary&f1=x&f0=canary", "f0=canary&%660=canary"})
    void a_field_sent_twice_is_refused_without_its_value(String form) {
        byte[] body = form.getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> SubmittedForm.parse(body)).isInstanceOfSatisfying(ApiException.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(refusal.getMessage()).contains("sent more than once").doesNotContain("canary");
        });
    }
}
