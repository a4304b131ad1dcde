package dev.nexus.broker.provider.definition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderFormTest {

    private static final String VALID = """
        {"name": "Own", "auth_type": "api_key", "strategy": {"type": "header", "config": {"value_prefix": ""}},
         "credential_schema": {"type": "object", "required": ["api_key"],
                               "properties": {"api_key": {"type": "string", "title": "Key"}}}}
        """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"Own\"|\"O\\ud800n\"|/name",
                "\"Own\"|\"Own\\udc00\"|/name",
                "\"Own\"|\"\\udd1e\\ud834\"|/name",
                "\"Key\"|\"Key \\ud800\"|/credential_schema/properties/api_key/title",
                "[\"api_key\"]|[\"api_key\", \"\\ud800\"]|/credential_schema/required/1",
                "\"title\"|\"x-\\ud800\"|/credential_schema/properties/api_key",
                "\"auth_type\"|\"auth_\\ud800\"|''",
                "\"value_prefix\": \"\"|\"value_prefix\": \"\\ud800\"|/strategy/config/value_prefix",
            })
    void an_unpaired_surrogate_is_refused_with_its_pointer(String from, String to, String pointer) {
        String body = VALID.replace(from, to);

        ApiException refused = catchThrowableOfType(ApiException.class, () -> ProviderForm.parse(body.getBytes(UTF_8)));

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.body().details()).extracting(Detail::pointer).containsExactly(pointer);
        assertThat(refused.body().details()).extracting(Detail::rule).containsExactly("unicode");
    }

    @Test
    void a_surrogate_pair_is_accepted() {
        ProviderDefinition read = ProviderForm.parse(
                VALID.replace("\"Own\"", "\"Clef \\ud834\\udd1e\"").getBytes(UTF_8));

        assertThat(read.name()).isEqualTo("Clef \uD834\uDD1E");
    }

    @Test
    void an_overlong_form_of_utf_8_is_refused() {
        byte[] overlong = VALID.replace("\"Own\"", "\"\u00C1\u00A1\"").getBytes(ISO_8859_1);

        ApiException refused = catchThrowableOfType(ApiException.class, () -> ProviderForm.parse(overlong));

        assertThat(refused.body().details()).extracting(Detail::rule).containsExactly("encoding");
    }
}
