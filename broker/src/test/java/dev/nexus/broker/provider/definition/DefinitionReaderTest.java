package dev.nexus.broker.provider.definition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.broker.provider.definition.Problems.Problem;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.strategy.InvalidStrategyException;
import dev.nexus.strategy.StrategyJson;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionReaderTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCHEMA =
            "{\"type\": \"object\",  \"required\": [\"key\", \"site\"], \"properties\": {\"key\": {}, \"site\": {}}}";

    private static ObjectNode registration() throws JsonProcessingException {
        return (ObjectNode) JSON.readTree("""
                {"name": "Own", "auth_type": "api_key", "credential_schema": %s,
                 "strategy": {"type": "header", "config": {"credential_field": "key"}},
                 "base_url": "https://{site}.example.org:8443/v1/", "allowed_hosts": ["{site}.example.org", "b.example"],
                 "documentation_url": "https://example.org/docs",
                 "verification": {"path": "/me?a={key}", "method": "POST", "body": "x", "content_type": "text/plain",
                                  "headers": {"X-B": "2", "A": ""}, "rejected": [403, 401], "when_unknown": "refuse"},
                 "page": {"fields": {"key": {"title": "Key", "secret": true}}, "language": "nl"}}
                """.formatted(SCHEMA));
    }

    private static ProviderDefinition read(JsonNode registration) {
        return DefinitionReader.read(DefinitionSchema.ofRegistration(), (ObjectNode) registration, SCHEMA);
    }

    private static List<Problem> problems(JsonNode registration) {
        return catchThrowableOfType(InvalidProviderException.class, () -> read(registration))
                .problems();
    }

    /** The previous release stored exactly these texts. */
    @Test
    void a_stored_definition_has_all_defaults_and_a_fixed_order() throws JsonProcessingException {
        ProviderDefinition read = read(registration());

        assertThat(read)
                .isEqualTo(new ProviderDefinition(
                        "Own",
                        "api_key",
                        SCHEMA,
                        "{\"type\":\"header\",\"config\":{\"header_name\":\"Authorization\",\"credential_field\":\"key\","
                                + "\"value_prefix\":\"\"}}",
                        "[\"{site}.example.org\",\"b.example\"]",
                        "https://{site}.example.org:8443/v1/",
                        "https://example.org/docs",
                        "{\"method\":\"POST\",\"path\":\"/me?a={key}\",\"headers\":{\"A\":\"\",\"Content-Type\":"
                                + "\"text/plain\",\"X-B\":\"2\"},\"body\":\"x\",\"accepted\":[200],"
                                + "\"rejected\":[401,403],\"when_unknown\":\"refuse\"}",
                        "{\"fields\":{\"key\":{\"title\":\"Key\",\"secret\":true}},\"language\":\"nl\"}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"method\":\"GET\",\"path\":\"/\",\"accepted\":[200],\"rejected\":[],\"when_unknown\":\"store\"}",
                "{\"method\":\"POST\",\"path\":\"/a\",\"headers\":{\"Content-Type\":\"a/b\"},\"body\":\"{}\",\"accepted\":[200,204],\"rejected\":[401],\"when_unknown\":\"refuse\"}",
                "{\"method\":\"GET\",\"path\":\"/\",\"accepted\":[204],\"rejected\":[],\"accepted_if\":[{\"status\":200,\"body\":{\"pointer\":\"/ok\",\"value\":true}}],\"rejected_if\":[{\"status\":200,\"body\":{\"pointer\":\"/a~1b/0\",\"value\":7}},{\"status\":403,\"header\":{\"name\":\"X\",\"value\":\"\"}}],\"when_unknown\":\"store\"}",
            })
    void a_stored_verification_is_parsed_without_changes(String stored) {
        assertThat(Probe.parse(stored).json()).isEqualTo(stored);
    }

    @Test
    void a_stored_definition_can_be_put_again_without_changes() throws JsonProcessingException {
        ProviderDefinition first = read(registration());
        ObjectNode again = registration();
        again.set("strategy", JSON.readTree(first.strategy()));
        again.set("verification", JSON.readTree(first.verification()));

        assertThat(read(again)).isEqualTo(first);
    }

    @Test
    void all_broken_rules_of_each_part_are_reported_together() throws JsonProcessingException {
        ObjectNode broken = registration();
        broken.set("strategy", JSON.readTree("""
                {"type": "header", "config": {"header_name": "Host", "value_prefix": "\\n", "x": 1,
                                              "static_headers": {"A B": "1", "C": 2}}}
                """));
        broken.set("verification", JSON.readTree("""
                {"method": "PUT", "path": "me", "headers": {"Host": "x", "B": "\\u00e9"}, "accepted": [], "rejected": [1],
                 "when_unknown": "never", "colour": 1}
                """));
        broken.set("page", JSON.readTree("""
                {"language": "English", "fields": {"key": {"title": " ", "link": "http://a.example", "secret": 1}}}
                """));

        assertThat(problems(broken))
                .extracting(Problem::toString)
                .containsExactlyInAnyOrder(
                        "/strategy/config/x is not a field of this object",
                        "/strategy/config/header_name must not be a header that the HTTP client writes",
                        "/strategy/config/value_prefix must be printable ASCII of at most 256 characters",
                        "/strategy/config/static_headers/A B must be named by a token of RFC 9110 of at most 128"
                                + " characters, and by none that the HTTP client writes",
                        "/strategy/config/static_headers/C must be a string",
                        "/verification/colour is not a field of verification",
                        "/verification/method must be GET, HEAD or POST",
                        "/verification/path must begin with a slash and be a path and query of RFC 3986 of at most 2048"
                                + " characters",
                        "/verification/headers/Host must be one of at most 16 header fields, and none that the HTTP"
                                + " client writes",
                        "/verification/headers/B must be printable ASCII of at most 2048 characters",
                        "/verification/accepted must be a list of at least one status",
                        "/verification/rejected must be a list of statuses from 200 to 599",
                        "/verification/when_unknown must be store or refuse",
                        "/page/language must be a language tag, such as en or pt-BR",
                        "/page/fields/key/title must be a string of 1 to 120 characters, not blank",
                        "/page/fields/key/link must be an absolute https URL without user info, of at most 2048"
                                + " characters",
                        "/page/fields/key/secret must be true or false");
    }

    @Test
    void all_broken_rules_that_involve_several_fields_are_reported_together() throws JsonProcessingException {
        ObjectNode broken = registration();
        broken.set("strategy", JSON.readTree("""
                {"type": "hmac_payload", "config": {"header_name": "S", "timestamp_header": "s",
                 "additional_headers": [{"header_name": "T", "credential_field": "key"},
                                        {"header_name": "t", "credential_field": "key"}]}}
                """));
        broken.set("verification", JSON.readTree("""
                {"path": "/{none}", "body": "x", "accepted": [200], "rejected": [200]}
                """));
        broken.set("allowed_hosts", JSON.readTree("[\"{other}.example.org\"]"));
        broken.set("page", JSON.readTree("{\"fields\": {\"none\": {}}}"));

        assertThat(problems(broken))
                .extracting(Problem::pointer)
                .containsExactly(
                        "/strategy/config/timestamp_header",
                        "/strategy/config/additional_headers",
                        "/allowed_hosts/0",
                        "/allowed_hosts",
                        "/verification/body",
                        "/verification/rejected",
                        "/verification/path",
                        "/page/fields/none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{\"status\":401}]|/verification/rejected_if/0 must be an object with a status and a body"
                        + " or a header",
                "[{\"body\":{\"pointer\":\"/a\",\"value\":1},\"header\":{\"name\":\"a\",\"value\":\"b\"}}]|/verification/rejected_if/0/status is"
                        + " required",
                "[{\"status\":401,\"text\":\"x\"}]|/verification/rejected_if/0/text is not a field of an answer",
                "[{\"status\":600,\"header\":{\"name\":\"a\",\"value\":\"b\"}}]|/verification/rejected_if/0/status must be a status"
                        + " from 200 to 599",
                "[{\"status\":401,\"body\":{\"pointer\":\"a\",\"value\":1}}]|/verification/rejected_if/0/body/pointer must be a JSON"
                        + " pointer (RFC 6901) of at most 256 characters, such as /error/code",
                "[{\"status\":401,\"body\":{\"pointer\":\"/a~2\",\"value\":1}}]|/verification/rejected_if/0/body/pointer must be a"
                        + " JSON pointer (RFC 6901) of at most 256 characters, such as /error/code",
                "[{\"status\":401,\"body\":{\"pointer\":\"/a\",\"value\":{}}}]|/verification/rejected_if/0/body/value must be a"
                        + " string of at most 256 characters, a whole number, true or false",
                "[{\"status\":401,\"header\":{\"name\":\"a b\",\"value\":\"b\"}}]|/verification/rejected_if/0/header/name must be a"
                        + " token of RFC 9110 of at most 128 characters",
                "[{\"status\":200,\"body\":{\"pointer\":\"/a\",\"value\":1}}]|/verification/rejected_if must not contain an answer"
                        + " that is always accepted",
                "[401]|/verification/rejected_if/0 must be an object",
            })
    void a_broken_rule_for_an_answer_is_reported_with_its_place(String rejected, String problem)
            throws JsonProcessingException {
        ObjectNode broken = registration();
        ((ObjectNode) broken.get("verification")).set("rejected_if", JSON.readTree(rejected));

        assertThat(problems(broken)).extracting(Problem::toString).containsExactly(problem);
    }

    @Test
    void a_probe_that_reads_the_body_must_not_use_head() throws JsonProcessingException {
        ObjectNode broken = registration();
        broken.set("verification", JSON.readTree("""
                {"path": "/", "method": "HEAD", "accepted_if": [{"status": 201, "body": {"pointer": "/ok", "value": true}}]}
                """));

        assertThat(problems(broken)).extracting(Problem::pointer).containsExactly("/verification/method");
    }

    /**
     * The Bridge checks a strategy only with the record of the strategy. The JSON schema and the record must refuse the
     * same strategies.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "query_param|{\"param_name\":\"\"}",
                "query_param|{\"param_name\":\"k\",\"additional_params\":{}}",
                "query_param|{\"param_name\":\"k\",\"additional_params\":[1]}",
                "query_param|{\"param_name\":\"k\",\"additional_params\":[{\"param_name\":\"t\"}]}",
                "query_param|{\"param_name\":\"k\",\"additional_params\":[{\"name\":\"t\"}]}",
                "header|{\"header_name\":\"Keep-Alive\"}",
                "header|{\"header_name\":\"\"}",
                "header|{\"header_name\":null}",
                "header|{\"credential_field\":\"\\u0085\"}",
                "header|{\"additional_headers\":[{\"header_name\":\"A B\",\"credential_field\":\"k\"}]}",
                "header|{\"static_headers\":{\"Content-Length\":\"1\"}}",
                "header|{\"static_headers\":{\"V\":1}}",
                "header|{\"static_headers\":{\"V\":\"a\\nb\"}}",
                "header|{\"static_headers\":[]}",
                "header|{\"username_field\":\"u\"}",
                "header|[]",
                "none|{}",
                "basic_auth|{\"username_template\":\"{a\"}",
                "basic_auth|{\"username_template\":\"a}\"}",
                "basic_auth|{\"password_template\":\"{}\"}",
                "body_field|{\"field_name\":\"k\",\"encoding\":\"xml\"}",
                "path_segment|{\"position\":-1}",
                "path_segment|{\"position\":33}",
                "path_segment|{\"position\":\"1\"}",
                "path_segment|{\"segment_prefix\":\"\\u0000\"}",
                "hmac_payload|{}",
                "hmac_payload|{\"header_name\":\"S\",\"algo\":\"md5\"}",
                "hmac_payload|{\"header_name\":\"S\",\"encoding\":\"text\"}",
                "hmac_payload|{\"header_name\":\"S\",\"canonical_template\":\"{secret}\"}",
                "aws_sigv4|{\"service\":\"s/ts\"}",
                "aws_sigv4|{\"service\":\"sts\",\"region\":\"\"}",
                "aws_sigv4|{\"service\":\"sts\",\"region\":\"a\",\"region_field\":\"b\"}",
            })
    void the_schema_and_the_strategy_records_refuse_the_same_strategies(String type, String config)
            throws JsonProcessingException {
        JsonNode strategy = JSON.readTree("{\"type\":\"" + type + "\",\"config\":" + config + "}");
        Problems shape = new Problems();

        DefinitionSchema.ofRegistration().check(registration().set("strategy", strategy), shape);
        InvalidStrategyException refused =
                catchThrowableOfType(InvalidStrategyException.class, () -> StrategyJson.parse(strategy));

        assertThat(refused).isNotNull();
        assertThat(shape.list()).extracting(Problem::pointer).anyMatch(pointer -> pointer.startsWith("/strategy"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"header\"}",
                "{\"type\":\"header\",\"config\":{\"additional_headers\":[],\"static_headers\":{}}}",
                "{\"type\":\"basic_auth\",\"config\":{\"username_template\":\"{{{a}}}/token\",\"password_template\":\"\"}}",
                "{\"type\":\"hmac_payload\",\"config\":{\"header_name\":\"S\",\"canonical_template\":\"{{{method}\\n{body}}}\"}}",
                "{\"type\":\"path_segment\",\"config\":{\"position\":32}}",
                "{\"type\":\"aws_sigv4\",\"config\":{\"service\":\"sts\",\"region_field\":\"key\"}}",
            })
    void the_schema_and_the_strategy_records_accept_the_same_strategies(String strategy)
            throws JsonProcessingException {
        Problems shape = new Problems();

        DefinitionSchema.ofRegistration().check(registration().set("strategy", JSON.readTree(strategy)), shape);

        assertThat(shape.list()).isEmpty();
        assertThat(StrategyJson.parse(strategy)).isNotNull();
    }

    /** Each body has more than 220,000 characters. The HTTP server, which limits a body to 128 KiB, is not involved. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x%1$d\":1,",
                "\"static_headers\":{%2$s},",
                "\"allowed_hosts\":[%3$s],",
                "\"username_template\":\"%4$s\",",
                "\"base_url\":\"https://%4$s\",",
                "\"page\":{\"fields\":{%2$s}},",
                "\"allowed_hosts\":[%3$s],\"verification\":{},",
                "\"allowed_hosts\":[%3$s],\"verification\":5,",
            })
    void a_hostile_body_is_refused_with_at_most_32_details(String member) {
        StringBuilder members = new StringBuilder();
        for (int i = 0; members.length() < 110_000; i++) {
            members.append(member.contains("%1$d") ? member.formatted(i) : "");
            members.append(member.contains("%2$s") ? (i == 0 ? "" : ",") + "\"A " + i + "\":1" : "");
            members.append(member.contains("%3$s") ? (i == 0 ? "" : ",") + "\"*\"" : "");
            members.append(member.contains("%4$s") ? "{a}{{/" : "");
        }
        String hostile = member.contains("%1$d") ? members.toString() : member.formatted(0, members, members, members);
        String body = "{" + hostile + "\"strategy\":{\"type\":\"basic_auth\",\"config\":{" + hostile + "\"x\":1}}}";

        ApiException refused = catchThrowableOfType(ApiException.class, () -> ProviderForm.parse(body.getBytes(UTF_8)));

        assertThat(refused.body().details()).hasSizeBetween(1, 32);
        assertThat(refused.body().details()).extracting(Detail::message).allMatch(text -> text.length() < 200);
    }

    /**
     * The 40 broken rules of {@code allowed_hosts} fill the list of reported rules before the other member is checked.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "verification|{}",
                "verification|5",
                "verification|{\"path\":\"/\",\"headers\":5}",
                "page|5",
                "page|{\"fields\":[]}",
                "documentation_url|{}",
                "base_url|[]",
                "auth_type|{}",
                "name|{}",
                "strategy|5",
                "strategy|{}",
                "credential_schema|5",
            })
    void a_definition_with_more_than_32_broken_rules_is_refused_with_32_details(String member, String value)
            throws JsonProcessingException {
        ObjectNode broken = registration();
        ArrayNode hosts = broken.putArray("allowed_hosts");
        Stream.generate(() -> "*").limit(40).forEach(hosts::add);
        broken.set(member, JSON.readTree(value));
        byte[] body = broken.toString().getBytes(UTF_8);

        ApiException refused = catchThrowableOfType(ApiException.class, () -> ProviderForm.parse(body));

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.body().details()).hasSize(32);
    }
}
