package dev.nexus.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmittedFormTest {

    @ParameterizedTest
    @ValueSource(strings = {"f0=canary-one&f0=canary-two", "f0=canary&f1=x&f0=canary", "f0=canary&%660=canary"})
    void repeated_field_is_rejected_without_its_value(String form) {
        byte[] body = form.getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> SubmittedForm.parse(body)).isInstanceOfSatisfying(ApiException.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(refusal.getMessage()).contains("sent more than once").doesNotContain("canary");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "acme                                    | .zendesk.com | acme",
                "Acme                                    | .zendesk.com | acme",
                "acme.zendesk.com                        | .zendesk.com | acme",
                "https://ACME.zendesk.com/agent?x=y#z    | .zendesk.com | acme",
                "HTTP://acme.zendesk.com                 | .zendesk.com | acme",
                "eu.acme.zendesk.com                     | .zendesk.com | eu.acme",
                "https://Git.example.com/group           | ''           | git.example.com",
            })
    void host_part_is_extracted_from_an_address(String text, String suffix, String part) {
        assertThat(SubmittedForm.hostPart(text, suffix)).isEqualTo(part);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://acme.example.com/x              | .zendesk.com",
                "acme.zendesk.com.evil.example           | .zendesk.com",
                "https://user@acme.zendesk.com           | .zendesk.com",
                "https://acme.zendesk.com:8443           | .zendesk.com",
                ".zendesk.com                            | .zendesk.com",
                "a b                                     | .zendesk.com",
                "''                                      | .zendesk.com",
            })
    void other_text_is_left_unchanged_for_the_broker(String text, String suffix) {
        assertThat(SubmittedForm.hostPart(text, suffix)).isEqualTo(text);
    }
}
