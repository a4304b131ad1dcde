package dev.nexus.broker.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureFormTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"api_key\":\"pat_abc123xyz\"}",
                "{ \"api_key\" :\t\"\\u0070at\\/\\\"}{\" }",
                "{\n  \"ключ\": \"пароль\",\r\n \"鍵\": \"🔑 \uD834\uDD1E\"\n}",
                "{\"n\":[1.10,1E+2,1e400,12345678901234567890,-0.0,-0],\"o\":{\"p\":{}}}",
                "{\"a\":\"\\u0000\",\"b\":null,\"c\":true}",
            })
    void credentials_keep_their_original_bytes(String credentials) {
        CaptureForm first = form("{\"credentials\":" + credentials + ",\"state\":\"s€🔑\"}");
        CaptureForm last = form("\r\n {\"state\" : \"s€🔑\" , \"credentials\" :  " + credentials + "  } \n");

        assertThat(raw(first)).isEqualTo(credentials);
        assertThat(raw(last)).isEqualTo(credentials);
        assertThat(first.state()).isEqualTo("s€🔑");
    }

    @Property
    void each_json_object_keeps_its_original_bytes(
            @ForAll("objects") String credentials, @ForAll("spaces") String before, @ForAll("spaces") String after) {
        CaptureForm form = form(
                "{\"state\":\"\\u00e9é\"," + before + "\"credentials\":" + before + credentials + after + "}" + after);

        assertThat(raw(form)).isEqualTo(credentials);
        assertThat(form.credentials().reveal().isObject()).isTrue();
    }

    @Test
    void numbers_are_exact() {
        JsonNode tree = form("{\"state\":\"s\",\"credentials\":{\"a\":12345678901234567890,\"b\":1.10,\"c\":1e400}}")
                .credentials()
                .reveal();

        assertThat(tree.get("a").bigIntegerValue()).isEqualTo(new BigInteger("12345678901234567890"));
        assertThat(tree.get("b").decimalValue()).isEqualTo(new BigDecimal("1.10"));
        assertThat(tree.get("c").decimalValue()).isEqualTo(new BigDecimal("1e400"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1E+999999999", "1E-999999999", "1E+99999999999999999999", "0e99999999999"})
    void a_number_with_a_huge_exponent_is_parsed_quickly(String number) {
        Assertions.assertTimeout(Duration.ofSeconds(10), () -> {
            CaptureForm form = form("{\"state\":\"s\",\"credentials\":{\"a\":" + number + "}}");

            assertThat(raw(form)).isEqualTo("{\"a\":" + number + "}");
        });
    }

    @Test
    void a_number_as_long_as_a_body_is_parsed_quickly() {
        String number = "9".repeat(60_000);

        Assertions.assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThat(raw(form("{\"state\":\"s\",\"credentials\":{\"a\":" + number + "}}")))
                        .isEqualTo("{\"a\":" + number + "}"));
    }

    @Test
    void at_most_32_levels_of_nesting_are_accepted() {
        // The body and the credentials are the first two levels.
        String allowed = "{\"state\":\"s\",\"credentials\":{\"a\":" + "[".repeat(30) + "]".repeat(30) + "}}";
        String tooDeep = "{\"state\":\"s\",\"credentials\":{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}}";
        String farTooDeep = "{\"state\":\"s\",\"credentials\":{\"a\":" + "[".repeat(30_000);

        assertThat(form(allowed).credentials().reveal().has("a")).isTrue();
        assertThat(refused(tooDeep).getMessage()).contains("nested deeper than 32");
        assertThat(refused(farTooDeep).getMessage()).contains("nested deeper than 32");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|The request body is empty",
                "[]|The request body must be a JSON object",
                "null|The request body must be a JSON object",
                "{}|state is required",
                "{\"state\":\"s\"}|credentials is required",
                "{\"credentials\":{}}|state is required",
                "{\"state\":null,\"credentials\":{}}|state must be a string",
                "{\"state\":1,\"credentials\":{}}|state must be a string",
                "{\"state\":{},\"credentials\":{}}|state must be a string",
                "{\"state\":\"s\",\"credentials\":null}|credentials must be an object",
                "{\"state\":\"s\",\"credentials\":[]}|credentials must be an object",
                "{\"state\":\"s\",\"credentials\":\"canary\"}|credentials must be an object",
                "{\"state\":\"s\",\"credentials\":{},\"label\":1}|label is not a field of this request",
                "{\"canary: \":1}|The request body has an unknown member",
                "{\"state\":\"s\",\"credentials\":{\"canary\":1,\"canary\":2}}|The request body has a member name"
                        + " twice in one object, line 1, column 40",
                "{\"state\":\"s\",\"credentials\":{\"a\":[{\"x\":1,\"\\u0078\":2}]}}|The request body has a member"
                        + " name twice in one object, line 1, column 41",
                "{\"state\":\"s\",\"state\":\"s\",\"credentials\":{}}|The request body has a member name twice in"
                        + " one object, line 1, column 14",
                "{\"state\":\"s\",\"credentials\":{}} {}|The request body is not valid JSON at line 1, column 32",
                "{\"state\":\"s\",\"credentials\":{}} canary|*",
                "{\"state\":\"s\",\"credentials\":{\"a\":canary}}|*",
                "{\"state\":\"s\",\"credentials\":{\"a\":\"canary|*",
                "{\"state\":\"s\",\"credentials\":{\"a\":'canary'}}|*",
                "{\"state\":\"s\",\"credentials\":{\"a\":01}}|*",
                "{\"state\":\"s\",\"credentials\":{\"a\":NaN}}|*",
                "{\"state\":\"s\",\"credentials\":{\"a\":1,}}|*",
                "{\"state\":\"s\",\"credentials\":{/*canary*/}}|*",
                "{\"state\":\"s\",\"credentials\":{\"a\":\"\\xcanary\"}}|*",
                "{\"state\":\"s\"|*",
            })
    void a_malformed_body_is_refused_with_a_message_without_its_content(String body, String message) {
        ApiException refused = refused(body);

        if (message.equals("*")) {
            assertThat(refused.getMessage()).matches("The request body is not valid JSON at line 1, column [0-9]+");
        } else {
            assertThat(refused.getMessage()).isEqualTo(message);
        }
        assertThat(refused.body().toString()).doesNotContain("canary");
        assertThat(refused.getCause()).isNull();
    }

    @Test
    void the_state_has_at_most_2048_characters() {
        assertThat(form("{\"state\":\"" + "s".repeat(2_048) + "\",\"credentials\":{}}")
                        .state())
                .hasSize(2_048);
        assertThat(refused("{\"state\":\"" + "s".repeat(2_049) + "\",\"credentials\":{}}")
                        .body()
                        .details())
                .singleElement()
                .satisfies(detail -> {
                    assertThat(detail.pointer()).isEqualTo("/state");
                    assertThat(detail.rule()).isEqualTo("maxLength");
                });
    }

    @Test
    void a_body_that_is_not_utf8_is_refused() {
        byte[] latin1 = "{\"state\":\"s\",\"credentials\":{\"a\":\"é\"}}".getBytes(StandardCharsets.ISO_8859_1);
        byte[] utf16 = "{\"state\":\"s\",\"credentials\":{}}".getBytes(StandardCharsets.UTF_16);
        byte[] utf16le = "{\"state\":\"s\",\"credentials\":{}}".getBytes(StandardCharsets.UTF_16LE);

        assertThat(refused(latin1).getMessage()).isEqualTo("The request body must be UTF-8");
        assertThat(refused(utf16).getMessage()).isEqualTo("The request body must be UTF-8");
        assertThat(refused(utf16le).getMessage()).startsWith("The request body is not valid JSON");
        assertThat(refused("\uFEFF{\"state\":\"s\",\"credentials\":{}}").getMessage())
                .isEqualTo("The request body must not begin with a byte order mark");
    }

    @Test
    void to_string_reveals_nothing() {
        assertThat(form("{\"state\":\"canary\",\"credentials\":{\"a\":\"canary\"}}"))
                .hasToString("CaptureForm[***]");
    }

    @Provide
    Arbitrary<String> objects() {
        Arbitrary<String> text = Arbitraries.strings()
                .withCharRange(' ', '\ud7ff')
                .ofMaxLength(20)
                .map(value -> "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        Arbitrary<String> scalar = Arbitraries.oneOf(
                text,
                Arbitraries.bigDecimals().map(BigDecimal::toString),
                Arbitraries.of("true", "false", "null", "1.10", "1E+2", "\"🔑\\ud83d\\udd11\"", "\"\\u0000\""));
        Arbitrary<String> value = Arbitraries.lazyOf(
                () -> scalar,
                () -> scalar,
                () -> scalar.list().ofMaxSize(3).map(items -> "[ " + String.join(" ,", items) + "]"));
        return value.list().ofMaxSize(4).map(values -> {
            StringBuilder object = new StringBuilder("{");
            for (int i = 0; i < values.size(); i++) {
                object.append(i == 0 ? "" : ", ")
                        .append("\"ñ")
                        .append(i)
                        .append("\" :")
                        .append(values.get(i));
            }
            return object.append('}').toString();
        });
    }

    @Provide
    Arbitrary<String> spaces() {
        return Arbitraries.strings().withChars(' ', '\t', '\r', '\n').ofMaxLength(5);
    }

    private static CaptureForm form(String body) {
        return CaptureForm.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    private static String raw(CaptureForm form) {
        return new String(form.rawCredentials().reveal(), StandardCharsets.UTF_8);
    }

    private static ApiException refused(String body) {
        return refused(body.getBytes(StandardCharsets.UTF_8));
    }

    private static ApiException refused(byte[] body) {
        ApiException refused = catchThrowableOfType(ApiException.class, () -> CaptureForm.parse(body));
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        return refused;
    }
}
