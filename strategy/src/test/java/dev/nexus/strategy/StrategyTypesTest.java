package dev.nexus.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire form of every type: defaults, order of the fields, and refused values. */
class StrategyTypesTest {

    private static String json(String type, String config) {
        return "{\"type\":\"" + type + "\",\"config\":" + config + "}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "query_param|{\"param_name\":\"k\"}|{\"param_name\":\"k\",\"credential_field\":\"api_key\"}",
                "basic_auth|{\"username_template\":\"{a}/token\",\"password_template\":\"X\"}|{\"username_template\":\"{a}/token\",\"password_template\":\"X\"}",
                "basic_auth|{\"password_template\":\"\"}|{\"username_field\":\"username\",\"password_template\":\"\"}",
                "body_field|{\"field_name\":\"k\"}|{\"field_name\":\"k\",\"credential_field\":\"api_key\",\"encoding\":\"json\"}",
                "path_segment|{}|{\"credential_field\":\"api_key\",\"segment_prefix\":\"\",\"position\":0}",
                "hmac_payload|{\"header_name\":\"S\"}|{\"header_name\":\"S\",\"secret_field\":\"api_secret\",\"algo\":\"sha256\",\"encoding\":\"hex\",\"secret_encoding\":\"text\",\"value_prefix\":\"\",\"canonical_template\":\"{body}\"}",
                "hmac_payload|{\"header_name\":\"S\",\"timestamp_header\":\"T\"}|{\"header_name\":\"S\",\"secret_field\":\"api_secret\",\"algo\":\"sha256\",\"encoding\":\"hex\",\"secret_encoding\":\"text\",\"value_prefix\":\"\",\"canonical_template\":\"{body}\",\"timestamp_header\":\"T\",\"timestamp_format\":\"unix\"}",
                "aws_sigv4|{\"service\":\"sts\"}|{\"service\":\"sts\",\"region\":\"us-east-1\",\"access_key_field\":\"access_key\",\"secret_key_field\":\"secret_key\",\"session_token_field\":\"session_token\"}",
                "aws_sigv4|{\"service\":\"sts\",\"region_field\":\"region\"}|{\"service\":\"sts\",\"region_field\":\"region\",\"access_key_field\":\"access_key\",\"secret_key_field\":\"secret_key\",\"session_token_field\":\"session_token\"}",
            })
    void the_written_form_has_every_default_and_reads_as_the_same_strategy(String type, String config, String written) {
        Strategy strategy = StrategyJson.parse(json(type, config));

        assertThat(StrategyJson.write(strategy)).isEqualTo(json(type, written));
        assertThat(StrategyJson.parse(StrategyJson.write(strategy))).isEqualTo(strategy);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"header\",\"config\":{\"header_name\":\"A\",\"credential_field\":\"k\",\"value_prefix\":\"\",\"additional_headers\":[{\"header_name\":\"B\",\"credential_field\":\"l\",\"value_prefix\":\"p\"}],\"static_headers\":{\"V\":\"1\",\"C\":\"2\"}}}",
                "{\"type\":\"query_param\",\"config\":{\"param_name\":\"k\",\"credential_field\":\"a\",\"additional_params\":[{\"param_name\":\"t\",\"credential_field\":\"b\"}],\"static_headers\":{\"V\":\"1\"}}}",
                "{\"type\":\"body_field\",\"config\":{\"field_name\":\"k\",\"credential_field\":\"a\",\"encoding\":\"form\",\"additional_fields\":[{\"field_name\":\"t\",\"credential_field\":\"b\"}]}}",
            })
    void optional_fields_keep_their_order(String json) {
        assertThat(StrategyJson.write(StrategyJson.parse(json))).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "query_param|{}|/config/param_name",
                "query_param|{\"param_name\":\"\"}|/config/param_name",
                "query_param|{\"param_name\":\"k\",\"additional_params\":{}}|/config/additional_params",
                "query_param|{\"param_name\":\"k\",\"additional_params\":[1]}|/config/additional_params/0",
                "query_param|{\"param_name\":\"k\",\"additional_params\":[{\"param_name\":\"t\"}]}|/config/additional_params/0/credential_field",
                "query_param|{\"param_name\":\"k\",\"additional_params\":[{\"name\":\"t\"}]}|/config/additional_params/0/name",
                "header|{\"additional_headers\":[{\"header_name\":\"A B\",\"credential_field\":\"k\"}]}|/config/additional_headers/0/header_name",
                "header|{\"additional_headers\":[{\"header_name\":\"authorization\",\"credential_field\":\"k\"}]}|/config/additional_headers",
                "header|{\"static_headers\":{\"AUTHORIZATION\":\"x\"}}|/config/static_headers",
                "header|{\"static_headers\":{\"Content-Length\":\"1\"}}|/config/static_headers",
                "header|{\"static_headers\":{\"V\":1}}|/config/static_headers",
                "header|{\"static_headers\":{\"V\":\"a\\nb\"}}|/config/static_headers",
                "header|{\"static_headers\":[]}|/config/static_headers",
                "basic_auth|{\"username_field\":\"a\",\"username_template\":\"b\"}|/config/username_field",
                "basic_auth|{\"username_template\":\"{a\"}|/config/username_template",
                "basic_auth|{\"username_template\":\"a}\"}|/config/username_template",
                "basic_auth|{\"password_template\":\"{}\"}|/config/password_template",
                "body_field|{\"field_name\":\"k\",\"encoding\":\"xml\"}|/config/encoding",
                "path_segment|{\"position\":-1}|/config/position",
                "path_segment|{\"position\":33}|/config/position",
                "path_segment|{\"position\":\"1\"}|/config/position",
                "path_segment|{\"segment_prefix\":\"\\u0000\"}|/config/segment_prefix",
                "hmac_payload|{}|/config/header_name",
                "hmac_payload|{\"header_name\":\"S\",\"algo\":\"md5\"}|/config/algo",
                "hmac_payload|{\"header_name\":\"S\",\"encoding\":\"text\"}|/config/encoding",
                "hmac_payload|{\"header_name\":\"S\",\"canonical_template\":\"{secret}\"}|/config/canonical_template",
                "hmac_payload|{\"header_name\":\"S\",\"timestamp_header\":\"s\"}|/config/timestamp_header",
                "aws_sigv4|{}|/config/service",
                "aws_sigv4|{\"service\":\"s/ts\"}|/config/service",
                "aws_sigv4|{\"service\":\"sts\",\"region\":\"\"}|/config/region",
                "aws_sigv4|{\"service\":\"sts\",\"region_field\":\"\"}|/config/region_field",
                "aws_sigv4|{\"service\":\"sts\",\"region\":\"a\",\"region_field\":\"b\"}|/config/region_field",
            })
    void a_broken_rule_is_reported_with_its_pointer(String type, String config, String pointer) {
        InvalidStrategyException refused =
                catchThrowableOfType(InvalidStrategyException.class, () -> StrategyJson.parse(json(type, config)));

        assertThat(refused.pointer()).isEqualTo(pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "header|{\"header_name\":1,\"value_prefix\":\"\\n\",\"x\":1,\"additional_headers\":[1,{\"header_name\":\"B\"}],\"static_headers\":{\"b\":\"1\"}}"
                        + "|/config/x /config/header_name /config/value_prefix /config/additional_headers/0 /config/additional_headers/1/credential_field /config/static_headers",
                "hmac_payload|{\"header_name\":\"S\",\"algo\":\"md5\",\"encoding\":\"text\",\"canonical_template\":\"{secret}\",\"timestamp_header\":\"s\"}"
                        + "|/config/algo /config/encoding /config/timestamp_header /config/canonical_template",
                "basic_auth|{\"username_field\":\"a\",\"username_template\":\"b:\",\"password_template\":\"{\"}"
                        + "|/config/username_field /config/password_template /config/username_template",
                "aws_sigv4|{\"region\":\"\",\"access_key_field\":\"\"}|/config/service /config/region /config/access_key_field",
            })
    void all_broken_rules_are_reported_at_once(String type, String config, String pointers) {
        InvalidStrategyException refused =
                catchThrowableOfType(InvalidStrategyException.class, () -> StrategyJson.parse(json(type, config)));

        assertThat(refused.problems())
                .extracting(InvalidStrategyException.Problem::pointer)
                .containsExactlyInAnyOrder(pointers.split(" ", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Connection",
                "Transfer-Encoding",
                "upgrade",
                "TE",
                "Trailer",
                "Expect",
                "Keep-Alive",
                "Proxy-Connection"
            })
    void a_header_that_the_http_client_writes_is_refused(String name) {
        assertThatThrownBy(() -> StrategyJson.parse(json("header", "{\"header_name\":\"" + name + "\"}")))
                .isInstanceOf(InvalidStrategyException.class)
                .hasMessageStartingWith("/config/header_name");
    }

    @Test
    void more_than_eight_additional_headers_are_refused() {
        StringBuilder nine = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            nine.append(i == 0 ? "" : ",").append("{\"header_name\":\"H" + i + "\",\"credential_field\":\"k\"}");
        }

        assertThatThrownBy(() -> StrategyJson.parse(json("header", "{\"additional_headers\":[" + nine + "]}")))
                .isInstanceOf(InvalidStrategyException.class)
                .hasMessage("/config/additional_headers: must have at most 8 entries");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "header|{\"additional_headers\":[{\"header_name\":\"B\",\"credential_field\":\"app\"}]}|api_key app",
                "basic_auth|{}|username",
                "basic_auth|{\"username_template\":\"{a}-{b}\",\"password_template\":\"{c}\"}|a b c",
                "hmac_payload|{\"header_name\":\"S\",\"additional_headers\":[{\"header_name\":\"K\",\"credential_field\":\"key\"}]}|api_secret key",
                "aws_sigv4|{\"service\":\"sts\"}|access_key secret_key",
                "aws_sigv4|{\"service\":\"sts\",\"region_field\":\"r\"}|access_key secret_key r",
            })
    void credential_fields_are_the_required_fields(String type, String config, String fields) {
        assertThat(StrategyJson.parse(json(type, config)).credentialFields()).isEqualTo(Set.of(fields.split(" ", -1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "header|{\"additional_headers\":[{\"header_name\":\"B\",\"credential_field\":\"app\"}]}|api_key",
                "query_param|{\"param_name\":\"key\"}|api_key",
                "body_field|{\"field_name\":\"key\"}|api_key",
                "path_segment|{}|api_key",
                "basic_auth|{}|password",
                "basic_auth|{\"username_template\":\"{a}-{b}\",\"password_template\":\"{c}\"}|c",
                "hmac_payload|{\"header_name\":\"S\",\"additional_headers\":[{\"header_name\":\"K\",\"credential_field\":\"key\"}]}|api_secret",
                "aws_sigv4|{\"service\":\"sts\"}|secret_key session_token",
            })
    void secret_fields_are_reported(String type, String config, String fields) {
        assertThat(StrategyJson.parse(json(type, config)).secretFields()).isEqualTo(Set.of(fields.split(" ", -1)));
    }

    @Test
    void a_doubled_brace_is_a_literal_brace() {
        assertThat(new Template("{{{a}}}").placeholders()).containsExactly("a");
    }
}
