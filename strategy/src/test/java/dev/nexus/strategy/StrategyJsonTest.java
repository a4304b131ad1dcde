package dev.nexus.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategyJsonTest {

    @Test
    void absent_fields_have_their_defaults() {
        assertThat(StrategyJson.parse("{\"type\":\"header\"}"))
                .isEqualTo(new HeaderStrategy("Authorization", "api_key", ""));
        assertThat(StrategyJson.parse("{\"config\":{},\"type\":\"basic_auth\"}"))
                .isEqualTo(new BasicAuthStrategy("username", "password"));
    }

    @Test
    void the_written_form_has_every_default_in_a_fixed_order() {
        assertThat(StrategyJson.write(
                        StrategyJson.parse("{\"config\":{\"value_prefix\":\"Bearer \"},\"type\":\"header\"}")))
                .isEqualTo("{\"type\":\"header\",\"config\":{\"header_name\":\"Authorization\","
                        + "\"credential_field\":\"api_key\",\"value_prefix\":\"Bearer \"}}");
        assertThat(StrategyJson.write(StrategyJson.parse("{\"type\":\"basic_auth\"}")))
                .isEqualTo("{\"type\":\"basic_auth\",\"config\":{\"username_field\":\"username\","
                        + "\"password_field\":\"password\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]||must be an object",
                "null||must be an object",
                "{}|/type|must be a string",
                "{\"type\":1}|/type|must be a string",
                "{\"type\":\"oauth2\"}|/type|must be header, query_param, basic_auth, body_field, path_segment, hmac_payload or aws_sigv4",
                "{\"type\":\"Header\"}|/type|must be header, query_param, basic_auth, body_field, path_segment, hmac_payload or aws_sigv4",
                "{\"type\":\"header\",\"x\":1}|/x|is not a field of this object",
                "{\"type\":\"header\",\"config\":null}|/config|must be an object",
                "{\"type\":\"header\",\"config\":[]}|/config|must be an object",
                "{\"type\":\"header\",\"config\":{\"a/b~\":1}}|/config/a~1b~0|is not a field of this object",
                "{\"type\":\"header\",\"config\":{\"username_field\":\"u\"}}|/config/username_field|is not a field of this object",
                "{\"type\":\"basic_auth\",\"config\":{\"header_name\":\"A\"}}|/config/header_name|is not a field of this object",
                "{\"type\":\"header\",\"config\":{\"header_name\":1}}|/config/header_name|must be a string",
                "{\"type\":\"header\",\"config\":{\"header_name\":null}}|/config/header_name|must be a string",
                "{\"type\":\"header\",\"config\":{\"header_name\":\"\"}}|/config/header_name|must be a token of RFC 9110 of at most 128 characters",
                "{\"type\":\"header\",\"config\":{\"header_name\":\"A B\"}}|/config/header_name|must be a token of RFC 9110 of at most 128 characters",
                "{\"type\":\"header\",\"config\":{\"header_name\":\"A:\"}}|/config/header_name|must be a token of RFC 9110 of at most 128 characters",
                "{\"type\":\"header\",\"config\":{\"header_name\":\"X\\r\\nY\"}}|/config/header_name|must be a token of RFC 9110 of at most 128 characters",
                "{\"type\":\"header\",\"config\":{\"value_prefix\":\"B\\n\"}}|/config/value_prefix|must be printable ASCII of at most 256 characters",
                "{\"type\":\"header\",\"config\":{\"credential_field\":\"\"}}|/config/credential_field|must be 1 to 128 characters without control characters",
                "{\"type\":\"basic_auth\",\"config\":{\"password_field\":\"\"}}|/config/password_field|must be 1 to 128 characters without control characters",
                "{\"type\":\"header\",\"type\":\"header\"}||must be one JSON object without duplicate keys",
                "{\"type\":\"header\"} x||must be one JSON object without duplicate keys",
            })
    void an_invalid_strategy_is_refused_with_its_field_and_rule(String json, String pointer, String rule) {
        InvalidStrategyException refused =
                catchThrowableOfType(InvalidStrategyException.class, () -> StrategyJson.parse(json));

        assertThat(refused.pointer()).isEqualTo(pointer == null ? "" : pointer);
        assertThat(refused.rule()).isEqualTo(rule);
    }

    @Property
    void the_written_form_reads_as_the_same_strategy(
            @ForAll @AlphaChars @StringLength(min = 1, max = 126) String letters,
            @ForAll @CharRange(from = ' ', to = '~') @StringLength(min = 1, max = 128) String field,
            @ForAll @CharRange(from = ' ', to = '~') @StringLength(max = 256) String prefix) {
        // Some names of only letters are refused, such as TE.
        String name = "X-" + letters;
        Strategy header = new HeaderStrategy(name, field, prefix);
        Strategy basic = new BasicAuthStrategy(field, name);

        assertThat(StrategyJson.parse(StrategyJson.write(header))).isEqualTo(header);
        assertThat(StrategyJson.parse(StrategyJson.write(basic))).isEqualTo(basic);
    }
}
