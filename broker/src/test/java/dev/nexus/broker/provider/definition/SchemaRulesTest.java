package dev.nexus.broker.provider.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nexus.testsupport.Promise;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRulesTest {

    private static final String UNKNOWN = " Names of your own annotations must begin with x-.";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]| must be one JSON object without duplicate keys",
                "{| must be one JSON object without duplicate keys",
                "{\"type\":\"object\",\"type\":\"object\"}| must be one JSON object without duplicate keys",
                "{}|/type must be object",
                "{\"type\":[\"object\"]}|/type must be object",
                "{\"type\":\"object\",\"$schema\":\"http://json-schema.org/draft-07/schema#\"}|/$schema must be https://json-schema.org/draft/2020-12/schema",
                "{\"type\":\"object\",\"required\":\"a\"}|/required is not valid under JSON Schema 2020-12",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"text\"}}}|*",
                "{\"type\":\"object\",\"$ref\":\"https://example.org/s\"}|/$ref must refer to a place in the schema itself",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"other.json\"}}}|/properties/a/$ref must refer to a place in the schema itself",
                "{\"type\":\"object\",\"$ref\":\"#/$defs/none\"}|*",
                "{\"type\":\"object\",\"$ref\":\"#\"}|*",
                "{\"type\":\"object\",\"$id\":\"https://example.org/s\"}|/$id is not allowed: a credential schema has no URI. Remove it.",
                "{\"type\":\"object\",\"$vocabulary\":{}}|/$vocabulary is not allowed: only a meta-schema has vocabularies. Remove it.",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"pattern\":\"(?=a)\"}}}|/properties/a/pattern must be a pattern in RE2 syntax (no look-around, no back reference)",
                "{\"type\":\"object\",\"patternProperties\":{\"(a)\\\\1\":{}}}|/patternProperties must be a pattern in RE2 syntax (no look-around, no back reference)",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/properties/a\"}}}|/properties/a must not refer to itself for the same value, because the validation would be endless",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"minLength\":3,\"maxLength\":2}}}|/properties/a/minLength must not be more than maxLength",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"multipleOf\":1e999}}}|/properties/a/multipleOf must be a number of at most 1,000 digits and in the range of a double",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"title\":\"\\ud800\"}}}|/properties/a/title must be Unicode text: an escaped surrogate such as \\ud800 must be followed by its other half",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"enum\":[\"x\",1]}}}|/properties/a/enum/1 must have the schema's type",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"default\":1}}}|/properties/a/default must have the schema's type, and be one of its enum values",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/a\",\"default\":\"x\"}},\"$defs\":{\"a\":{\"type\":\"integer\"}}}|/properties/a/default must have the schema's type, and be one of its enum values",
                "{\"type\":\"object\",\"required\":[\"b\"],\"properties\":{\"a\":{}}}|/required/0 names a member that is not declared in properties",
                "{\"type\":\"object\",\"anyOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}],\"properties\":{\"a\":{}}}|/anyOf/1/required/0 names a member that is not declared in properties",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\",\"required\":[\"b\"]}}}|/properties/a/required/0 names a member that is not declared in properties",
                "{\"type\":\"object\",\"properties\":{\"a\":{}},\"dependentRequired\":{\"a\":[\"b\"]}}|/dependentRequired/a/0 names a member that is not declared in properties",
            })
    @Promise(23)
    void a_schema_that_breaks_a_rule_is_refused(String schema, String problem) {
        List<Problems.Problem> problems = problems(schema);

        assertThat(problems).isNotEmpty();
        if (!problem.equals("*")) {
            assertThat(problems)
                    .extracting(found -> (found.pointer() + " " + found.rule()).strip())
                    .containsExactly(problem.strip());
        }
    }

    @Test
    void an_unknown_keyword_is_refused_with_the_most_similar_keyword() {
        Map<String, String> keywords = Map.of(
                "reqired", "Did you mean required?",
                "additionalproperties", "Did you mean additionalProperties?",
                "patern", "Did you mean pattern?",
                "dependencies", "2020-12. Names");

        keywords.forEach((keyword, hint) -> assertThat(problems("{\"type\":\"object\",\"" + keyword + "\":{}}"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.pointer()).isEqualTo("/" + keyword))
                .satisfies(problem -> assertThat(problem.rule()).contains(hint).endsWith(UNKNOWN)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"string\",\"x-multiline\":true,"
                        + "\"contentMediaType\":\"text/plain\",\"default\":\"x\",\"$comment\":\"c\"}}}",
                "{\"type\":\"object\",\"anyOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}],"
                        + "\"properties\":{\"a\":{},\"b\":{}}}",
                "{\"type\":\"object\",\"required\":[\"k_1\"],\"patternProperties\":{\"^k_\":{\"type\":\"string\"}}}",
                "{\"type\":\"object\",\"properties\":{\"reqired\":{\"const\":{\"$ref\":\"https://x\"}},\"pattern\":{}}}",
                "{\"type\":\"object\",\"properties\":{\"child\":{\"$ref\":\"#\"}}}",
                "{\"type\":\"object\",\"allOf\":[{\"$ref\":\"#part\"}],\"$defs\":{\"p\":{\"$anchor\":\"part\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"default\":1.0}}}",
            })
    void a_valid_schema_is_accepted(String schema) {
        assertThat(problems(schema)).isEmpty();
    }

    @Test
    void at_most_32_problems_are_reported() throws Exception {
        var schema = JsonMapper.builder().build().createObjectNode().put("type", "object");
        for (int i = 0; i < 100; i++) {
            schema.put("unknown" + i, 1);
        }

        assertThat(problems(schema.toString())).hasSize(32);
    }

    @Test
    void a_large_pattern_for_names_is_refused_without_compilation() {
        assertThat(
                        problems(
                                "{\"type\":\"object\",\"required\":[\"x\"],\"patternProperties\":{\"((a{1000}){1000}){10}\":{}}}"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.rule()).startsWith("must be a smaller pattern"));
    }

    @Test
    void thousands_of_required_names_are_compared_with_hundreds_of_patterns_in_bounded_time() {
        var schema = JsonMapper.builder().build().createObjectNode().put("type", "object");
        for (int i = 0; i < 900; i++) {
            schema.withObject("/patternProperties").putObject(Character.toString(0x4e00 + i));
        }
        for (int i = 0; i < 2_000; i++) {
            schema.withArray("/required").add("n" + i);
        }
        var threads = java.lang.management.ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadCpuTime();
        List<Problems.Problem> problems = problems(schema.toString());

        assertThat(problems).hasSize(32);
        assertThat(threads.getCurrentThreadCpuTime() - before).isLessThan(600_000_000L);
    }

    private static List<Problems.Problem> problems(String schema) {
        Problems problems = new Problems();
        SchemaRules.check(schema, problems);
        return problems.list();
    }
}
