package dev.nexus.broker.provider.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.broker.capture.CaptureForm;
import dev.nexus.broker.provider.definition.CredentialSchemas.Versioned;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.strategy.Credential;
import dev.nexus.testsupport.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialSchemasTest {

    private static final String API_KEY = object("\"api_key\":{\"type\":\"string\"}", "\"api_key\"");
    private static final String RICH = """
            {"type":"object","required":["key"],"properties":{
              "key":{"type":"string","minLength":4,"maxLength":40,"pattern":"^[a-z_0-9]*$","format":"hostname"},
              "email":{"type":"string","format":"email"},
              "site":{"type":"string","format":"uri"},
              "region":{"enum":["eu","us"]},
              "port":{"type":"integer","minimum":1,"maximum":65535},
              "step":{"type":"number","multipleOf":0.01},
              "tags":{"type":"array","items":{"type":"string"},"maxItems":2,"uniqueItems":true},
              "extra":{"type":"object","additionalProperties":{"type":"string"}},
              "inner":{"type":"object","required":["a/b"],"properties":{"a/b":{"type":"string"}},
                       "additionalProperties":false}}}
            """;

    private static final SchemaWorkers WORKERS = new SchemaWorkers();
    private static final String HEADER = "{\"type\":\"header\"}";

    private final CredentialSchemas schemas = new CredentialSchemas(WORKERS);

    @AfterAll
    static void stop() {
        WORKERS.stop();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"key\":\"abcd\"}",
                "{\"key\":\"not_a_hostname\",\"region\":\"eu\",\"port\":443,\"step\":1.10}",
                "{\"key\":\"abcd\",\"email\":\"ada+1@mail.corp.internal\",\"site\":\"https://example.com/a?b=c\"}",
                "{\"key\":\"abcd\",\"port\":443.0,\"tags\":[\"a\",\"b\"]}",
                "{\"key\":\"abcd\",\"step\":1e400}",
                "{\"key\":\"abcd\",\"step\":12345678901234567890}",
                "{\"key\":\"abcd\",\"extra\":{\"a\":\"\\ud834\\udd1e\"}}",
                "{\"key\":\"abcd\",\"extra\":{\"anything\":\"x\"},\"inner\":{\"a/b\":\"x\"}}",
            })
    void credentials_that_match_the_schema_are_accepted(String credentials) {
        assertThatCode(() -> check(RICH, credentials)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|/credentials/key|required|is required",
                "{\"key\":null}|/credentials/key|type|must be of type string",
                "{\"key\":19283746}|/credentials/key|type|must be of type string",
                "{\"key\":[\"canary\"]}|/credentials/key|type|must be of type string",
                "{\"key\":{\"canary\":\"canary\"}}|/credentials/key|type|must be of type string",
                "{\"key\":\"canary_canary_canary_canary_canary_canary_canary\"}|/credentials/key|maxLength|must be at most 40 characters long",
                "{\"key\":\"canary Canary\"}|/credentials/key|pattern|must match the pattern ^[a-z_0-9]*$",
                "{\"key\":\"abcd\",\"region\":\"canary\"}|/credentials/region|enum|must be a value that the schema lists",
                "{\"key\":\"abcd\",\"email\":\"canary\"}|/credentials/email|format|must be of the format email",
                "{\"key\":\"abcd\",\"site\":\"canary canary\"}|/credentials/site|format|must be of the format uri",
                "{\"key\":\"abcd\",\"site\":\"canary.example\"}|/credentials/site|format|must be of the format uri",
                "{\"key\":\"abcd\",\"port\":19283746}|/credentials/port|maximum|must be at most 65535",
                "{\"key\":\"abcd\",\"port\":0}|/credentials/port|minimum|must be at least 1",
                "{\"key\":\"abcd\",\"port\":1.5}|/credentials/port|type|must be of type integer",
                "{\"key\":\"abcd\",\"step\":0.001}|/credentials/step|multipleOf|must be a multiple of 0.01",
                "{\"key\":\"abcd\",\"tags\":[\"canary\",\"canary\"]}|/credentials/tags|uniqueItems|must not contain duplicates",
                "{\"key\":\"abcd\",\"tags\":[\"a\",19283746]}|/credentials/tags/1|type|must be of type string",
                "{\"key\":\"abcd\",\"extra\":{\"canary\":19283746}}|/credentials/extra|type|must be of type string",
                "{\"key\":\"abcd\",\"a/b\":\"nested\"}|/credentials|additionalProperties|must not contain a member that the schema does not declare",
                "{\"key\":\"abcd\",\"canary\":1}|/credentials|additionalProperties|must not contain a member that the schema does not declare",
                "{\"key\":\"abcd\",\"inner\":{\"a/b\":\"x\",\"canary\":1}}|/credentials/inner|additionalProperties|must not contain a member that the schema does not declare",
                "{\"key\":\"abcd\",\"inner\":{}}|/credentials/inner/a~1b|required|is required",
                "{\"key\":\"abcd\",\"inner\":{\"a/b\":\" \"}}|/credentials/inner/a~1b|notBlank|must contain a non-blank character",
                "{\"key\":\"\\ud800\"}|/credentials/key|unicode|must be Unicode text: an escaped surrogate such as \\ud800 must be followed by its other half",
                "{\"key\":\"abcd\",\"extra\":{\"canary\":\"\\udc00canary\"}}|/credentials/extra|unicode|must be Unicode text: an escaped surrogate such as \\ud800 must be followed by its other half",
                "{\"key\":\"abcd\",\"extra\":{\"canary\\ud800\":\"canary\"}}|/credentials/extra|unicode|must be Unicode text: an escaped surrogate such as \\ud800 must be followed by its other half",
                "{\"key\":\"abcd\",\"inner\":{\"a/b\":\"\\udd1e\\ud834\"}}|/credentials/inner/a~1b|unicode|must be Unicode text: an escaped surrogate such as \\ud800 must be followed by its other half",
                "{\"key\":\"abcd\",\"step\":1E+999999999}|/credentials|numberRange|must not contain a number of more than 1,000 digits or with an exponent beyond 1,000",
                "{\"key\":\"abcd\",\"step\":1E+99999999999}|/credentials|numberRange|must not contain a number of more than 1,000 digits or with an exponent beyond 1,000",
            })
    @Promise(23)
    void a_violated_rule_is_reported_with_field_and_rule_and_without_the_value(
            String credentials, String pointer, String rule, String message) {
        ApiException refused = refused(RICH, credentials);

        assertThat(refused.body().details()).singleElement().satisfies(detail -> {
            assertThat(detail.pointer()).isEqualTo(pointer);
            assertThat(detail.rule()).isEqualTo(rule);
            assertThat(detail.message()).isEqualTo(message);
        });
        assertThat(refused.body().toString()).doesNotContain("canary", "Canary", "19283746");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\\t\\n", "\\u0000", "\\u00a0\\u3000", "\\u200b\\ufeff"})
    void a_required_string_must_not_be_blank(String blank) {
        assertThat(refused(API_KEY, "{\"api_key\":\"" + blank + "\"}").body().details())
                .singleElement()
                .hasToString("Detail[pointer=/credentials/api_key, rule=notBlank,"
                        + " message=must contain a non-blank character]");
        assertThatCode(() -> check(API_KEY, "{\"api_key\":\"" + blank + "x\"}")).doesNotThrowAnyException();
    }

    @Test
    void each_violated_rule_is_reported() {
        ApiException refused = refused(RICH, "{\"key\":1,\"port\":\"x\",\"canary\":true}");

        assertThat(refused.body().details())
                .extracting(detail -> detail.pointer() + " " + detail.rule())
                .containsExactlyInAnyOrder(
                        "/credentials/key type", "/credentials/port type", "/credentials additionalProperties");
    }

    @Test
    void a_string_of_more_than_16_kib_is_refused_at_each_depth() {
        String most = "a".repeat(16 * 1024);
        String over = "é".repeat(8 * 1024) + "a";
        String open = "{\"type\":\"object\",\"additionalProperties\":true}";

        assertThatCode(() -> check(API_KEY, "{\"api_key\":\"" + most + "\"}")).doesNotThrowAnyException();
        assertThat(refused(API_KEY, "{\"api_key\":\"" + over + "\"}").body().details())
                .singleElement()
                .satisfies(detail -> assertThat(detail.rule()).isEqualTo("maxBytes"));
        assertThat(refused(open, "{\"a\":[{\"b\":\"" + over + "\"}]}").code()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(refused(open, "{\"a\":{\"" + over + "\":1}}").code()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }

    @Test
    void expensive_values_are_validated_in_bounded_time() {
        String deep = "[".repeat(30) + "]".repeat(30);
        String open = "{\"type\":\"object\",\"additionalProperties\":{\"type\":[\"integer\",\"array\",\"string\"],"
                + "\"multipleOf\":0.01,\"pattern\":\"^(a+)+$\",\"uniqueItems\":true}}";

        Assertions.assertTimeout(Duration.ofSeconds(5), () -> {
            assertThatCode(() -> check(open, "{\"a\":" + deep + "}")).doesNotThrowAnyException();
            assertThatCode(() -> check(open, "{\"a\":1e1000}")).doesNotThrowAnyException();
            assertThat(refused(open, "{\"a\":1E+999999999}").code()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
            assertThat(refused(open, "{\"a\":1E-999999999}").code()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
            assertThat(refused(open, "{\"a\":" + "9".repeat(60_000) + "}").code())
                    .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
            assertThat(refused(open, "{\"a\":\"" + "a".repeat(16_000) + "!\"}").code())
                    .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        });
    }

    @Test
    void an_empty_password_is_accepted_for_basic_auth_unless_the_schema_has_a_minimum_length() {
        String pair = object(
                "\"username\":{\"type\":\"string\"},\"password\":{\"type\":\"string\"}", "\"username\",\"password\"");
        String basic = "{\"type\":\"basic_auth\"}";
        String template = "{\"type\":\"basic_auth\",\"config\":{\"password_template\":\"{password}\"}}";

        assertThatCode(() -> checkPair(pair, basic, "key", "")).doesNotThrowAnyException();
        assertThatThrownBy(() -> checkPair(pair, basic, "", "x")).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> checkPair(pair, basic, "key", " ")).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> checkPair(pair, HEADER, "key", "")).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> checkPair(pair, template, "key", "")).isInstanceOf(ApiException.class);
        String minimum = pair.replace("\"password\":{", "\"password\":{\"minLength\":1,");
        assertThatThrownBy(() -> checkPair(minimum, basic, "key", "")).isInstanceOf(ApiException.class);
    }

    private void checkPair(String schema, String strategy, String user, String password) {
        String pair = "{\"username\":\"" + user + "\",\"password\":\"" + password + "\"}";
        check(UUID.randomUUID(), 1, schema, strategy, credentials(pair));
    }

    @Test
    void each_version_has_its_own_schema() {
        UUID provider = UUID.randomUUID();
        Credential credentials = credentials("{\"api_key\":\"x\"}");

        assertThatCode(() -> check(provider, 1, API_KEY, HEADER, credentials)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(provider, 2, RICH, HEADER, credentials)).isInstanceOf(ApiException.class);
    }

    private void check(String schema, String credentials) {
        check(UUID.randomUUID(), 1, schema, HEADER, credentials(credentials));
    }

    private void check(UUID provider, int version, String schema, String strategy, Credential credentials) {
        Flow.await(schemas.check(new Versioned("acme", provider, version, schema, strategy), credentials));
    }

    private ApiException refused(String schema, String credentials) {
        ApiException refused = catchThrowableOfType(ApiException.class, () -> check(schema, credentials));
        assertThat(refused).isNotNull();
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        return refused;
    }

    private static Credential credentials(String json) {
        String body = "{\"state\":\"s\",\"credentials\":" + json + "}";
        return CaptureForm.parse(body.getBytes(StandardCharsets.UTF_8)).credentials();
    }

    private static String object(String properties, String required) {
        return "{\"type\":\"object\",\"required\":[" + required + "],\"properties\":{" + properties + "}}";
    }
}
