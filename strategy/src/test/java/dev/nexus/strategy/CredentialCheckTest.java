package dev.nexus.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialCheckTest {

    private static final String BEARER = "{'type': 'header', 'config': {'value_prefix': 'Bearer '}}";

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void check(String strategy, String credentials) {
        CredentialCheck.check(StrategyJson.parse(json(strategy)), Credential.of(json(credentials)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // header
                BEARER + "|{'api_key': 'Bearer canary'}|api_key|REPEATED_PREFIX",
                BEARER + "|{'api_key': 'bearer\\u0020canary'}|api_key|REPEATED_PREFIX",
                BEARER + "|{'api_key': 'BEARER: canary'}|api_key|REPEATED_PREFIX",
                BEARER + "|{'api_key': 'token canary'}|api_key|REPEATED_PREFIX",
                BEARER + "|{'api_key': 'Basic canary'}|api_key|REPEATED_PREFIX",
                BEARER + "|{'api_key': 'Bearer'}|api_key|REPEATED_PREFIX",
                BEARER + "|{'api_key': 'authorization: canary'}|api_key|REPEATED_NAME",
                BEARER + "|{'api_key': 'canary\\n'}|api_key|LINE_BREAK",
                BEARER + "|{'api_key': 'canary\\r'}|api_key|LINE_BREAK",
                BEARER + "|{'api_key': 'canary\\u0000'}|api_key|CONTROL_CHARACTER",
                BEARER + "|{'api_key': 'canary\\t'}|api_key|CONTROL_CHARACTER",
                BEARER + "|{'api_key': 'can\\u200bary'}|api_key|INVISIBLE_CHARACTER",
                BEARER + "|{'api_key': 'can\\u200dary'}|api_key|INVISIBLE_CHARACTER",
                BEARER + "|{'api_key': '\\ufeffcanary'}|api_key|INVISIBLE_CHARACTER",
                BEARER + "|{'api_key': 'canary\\u00a0'}|api_key|INVISIBLE_CHARACTER",
                BEARER + "|{'api_key': 'canary\\u2028'}|api_key|INVISIBLE_CHARACTER",
                BEARER + "|{'api_key': 'canary\\u2026'}|api_key|PRINTABLE_ASCII",
                BEARER + "|{'api_key': 'canary '}|api_key|SURROUNDING_SPACE",
                BEARER + "|{'api_key': ' canary'}|api_key|SURROUNDING_SPACE",
                BEARER + "|{'api_key': ''}|api_key|NOT_EMPTY",
                BEARER + "|{'api_key': 1}|api_key|TYPE",
                BEARER + "|{}|api_key|REQUIRED",
                "{'type': 'header', 'config': {'value_prefix': 'Token token='}}|{'api_key':"
                        + " 'token=canary'}|api_key|REPEATED_PREFIX",
                "{'type': 'header', 'config': {'value_prefix': 'Token token='}}|{'api_key': 'Token"
                        + " token=canary'}|api_key|REPEATED_PREFIX",
                "{'type': 'header', 'config': {'value_prefix': 'SSWS '}}|{'api_key': 'ssws"
                        + " canary'}|api_key|REPEATED_PREFIX",
                "{'type': 'header', 'config': {'header_name': 'X-Key'}}|{'api_key': 'x-key:"
                        + " canary'}|api_key|REPEATED_NAME",
                "{'type': 'header', 'config': {'additional_headers': [{'header_name': 'X-App', 'credential_field':"
                        + " 'app'}]}}|{'api_key': 'k', 'app': 'canary\\n"
                        + "'}|app|LINE_BREAK",
                // query_param
                "{'type': 'query_param', 'config': {'param_name': 'api_token'}}|{'api_key':"
                        + " '?api_token=canary'}|api_key|REPEATED_NAME",
                "{'type': 'query_param', 'config': {'param_name': 'api_token'}}|{'api_key': 'canary\\n"
                        + "'}|api_key|LINE_BREAK",
                "{'type': 'query_param', 'config': {'param_name': 'api_token'}}|{'api_key':"
                        + " 'canary\\u200b'}|api_key|INVISIBLE_CHARACTER",
                // basic_auth
                "{'type': 'basic_auth'}|{'username': 'can:ary', 'password': 'p'}|username|COLON",
                "{'type': 'basic_auth'}|{'username': 'u', 'password': 'canary\\u0007'}|password|CONTROL_CHARACTER",
                "{'type': 'basic_auth'}|{'username': 'u', 'password': '\\u200bcanary'}|password|INVISIBLE_CHARACTER",
                "{'type': 'basic_auth'}|{'username': 'Basic Y2FuYXJ5OnA=', 'password': 'p'}|username|REPEATED_PREFIX",
                "{'type': 'basic_auth', 'config': {'username_template': '{email}/token'}}|{'email':"
                        + " 'canary@a.example/token', 'password': 'p'}|email|REPEATED_PREFIX",
                "{'type': 'basic_auth', 'config': {'username_template': '{a}-{b}'}}|{'a': 'a', 'b': 'can:ary',"
                        + " 'password': 'p'}|b|COLON",
                "{'type': 'basic_auth', 'config': {'username_template': '{a}-{b}'}}|{'a': 'a', 'b': 'canary\\n"
                        + "', 'password': 'p'}|b|LINE_BREAK",
                // body_field
                "{'type': 'body_field', 'config': {'field_name': 'k'}}|{'api_key':"
                        + " '\\u2060canary'}|api_key|INVISIBLE_CHARACTER",
                "{'type': 'body_field', 'config': {'field_name': 'k'}}|{'api_key': ['canary']}|api_key|TYPE",
                // path_segment
                "{'type': 'path_segment', 'config': {'position': 2}}|{'api_key': '.'}|api_key|DOT_SEGMENT",
                "{'type': 'path_segment', 'config': {'position': 2}}|{'api_key': ''}|api_key|DOT_SEGMENT",
                "{'type': 'path_segment', 'config': {'segment_prefix': 'bot'}}|{'api_key':"
                        + " 'bot1:canary'}|api_key|REPEATED_PREFIX",
                "{'type': 'path_segment'}|{'api_key': 'canary\\u0000'}|api_key|CONTROL_CHARACTER",
                // hmac_payload
                "{'type': 'hmac_payload', 'config': {'header_name': 'X'}}|{'api_secret': ''}|api_secret|NOT_EMPTY",
                "{'type': 'hmac_payload', 'config': {'header_name': 'X', 'secret_encoding': 'hex'}}|{'api_secret':"
                        + " 'canary'}|api_secret|HEX",
                "{'type': 'hmac_payload', 'config': {'header_name': 'X', 'secret_encoding': 'base64'}}|{'api_secret':"
                        + " 'canary!'}|api_secret|BASE64",
                // aws_sigv4
                "{'type': 'aws_sigv4', 'config': {'service': 'sts'}}|{'access_key': 'can/ary', 'secret_key':"
                        + " 's'}|access_key|SIGNATURE_SCOPE",
                "{'type': 'aws_sigv4', 'config': {'service': 'sts'}}|{'access_key': 'A', 'secret_key': 'canary"
                        + " '}|secret_key|SURROUNDING_SPACE",
                "{'type': 'aws_sigv4', 'config': {'service': 'sts'}}|{'access_key': 'A', 'secret_key': '"
                        + " '}|secret_key|NOT_EMPTY",
                "{'type': 'aws_sigv4', 'config': {'service': 'sts'}}|{'access_key': 'A', 'secret_key': 's',"
                        + " 'session_token': 'canary\\n"
                        + "'}|session_token|LINE_BREAK",
                "{'type': 'aws_sigv4', 'config': {'service': 'sts', 'region_field': 'r'}}|{'access_key': 'A', 'secret_key':"
                        + " 's', 'r': 'can/ary'}|r|SIGNATURE_SCOPE",
                "{'type': 'aws_sigv4', 'config': {'service': 'sts', 'region_field': 'r'}}|{'access_key': 'A', 'secret_key':"
                        + " 's', 'r': ''}|r|NOT_EMPTY",
            })
    void an_unsendable_value_is_refused_with_its_field_and_rule_but_not_printed(
            String strategy, String credentials, String field, CredentialRule rule) {
        InapplicableCredentialException refused =
                catchThrowableOfType(InapplicableCredentialException.class, () -> check(strategy, credentials));

        assertThat(refused).isNotNull();
        assertThat(refused.field()).isEqualTo(field);
        assertThat(refused.rule()).isEqualTo(rule);
        assertThat(refused).hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                BEARER + "|{'api_key': 'bearerToken123'}",
                BEARER + "|{'api_key': 'token_abc'}",
                BEARER + "|{'api_key': 'a b'}",
                // The strategy has no prefix, so the scheme is sent only once.
                "{'type': 'header'}|{'api_key': 'Bearer abc'}",
                "{'type': 'header', 'config': {'value_prefix': 'v1'}}|{'api_key': 'v1abc'}",
                "{'type': 'query_param', 'config': {'param_name': 'key'}}|{'api_key': ' k\\u00e9y &=+%/ '}",
                "{'type': 'basic_auth'}|{'username': '', 'password': ' p:\\u00a0\\u00fc '}",
                "{'type': 'basic_auth'}|{'username': 'Basic user', 'password': 'Basic instinct'}",
                "{'type': 'basic_auth'}|{'username': 'key'}",
                "{'type': 'basic_auth', 'config': {'username_template': '{email}/token'}}|{'email': 'a@a.example',"
                        + " 'password': 'p'}",
                "{'type': 'body_field', 'config': {'field_name': 'k'}}|{'api_key': '-----BEGIN KEY-----\\nabc\\n'}",
                "{'type': 'path_segment', 'config': {'position': 3, 'segment_prefix': 'bot'}}|{'api_key': '1:abc'}",
                "{'type': 'hmac_payload', 'config': {'header_name': 'X'}}|{'api_secret': ' abc\\n'}",
                "{'type': 'aws_sigv4', 'config': {'service': 'sts'}}|{'access_key': 'AKIA', 'secret_key': 'a/b+c='}",
            })
    void a_sendable_value_is_accepted(String strategy, String credentials) {
        assertThatCode(() -> check(strategy, credentials)).doesNotThrowAnyException();
    }

    @Property
    void an_accepted_value_is_sent_unchanged_in_a_header(@ForAll String value) {
        Strategy strategy = StrategyJson.parse(json(BEARER));
        Credential credentials =
                Credential.of(JsonNodeFactory.instance.objectNode().put("api_key", value));
        try {
            CredentialCheck.check(strategy, credentials);
        } catch (InapplicableCredentialException refused) {
            return;
        }

        OutgoingRequest sent = StrategyApplier.apply(
                strategy, credentials, OutgoingRequest.of("GET", URI.create("https://a.example")), Instant.EPOCH);

        assertThat(sent.header("Authorization"))
                .hasValueSatisfying(header ->
                        assertThat(header).isEqualTo("Bearer " + value).matches("[!-~]([ -~]*[!-~])?"));
    }
}
