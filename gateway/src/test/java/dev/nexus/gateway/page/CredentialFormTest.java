package dev.nexus.gateway.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedField;
import dev.nexus.contracts.PresentedState;
import dev.nexus.gateway.page.Field.Check;
import dev.nexus.gateway.page.Field.Choice;
import dev.nexus.gateway.page.Field.Group;
import dev.nexus.gateway.page.Field.Kind;
import dev.nexus.gateway.page.Field.Text;
import dev.nexus.runtime.ApiException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialFormTest {

    private static CredentialForm form(String properties, String required) {
        return CredentialForm.of(
                "{\"type\":\"object\",\"required\":[" + required + "],\"properties\":{" + properties + "}}");
    }

    private static String credentials(CredentialForm form, String body) {
        String json = new String(SubmittedForm.parse(body.getBytes(UTF_8)).credentials(form, "s"), UTF_8);
        assertThat(json).startsWith("{\"state\":\"s\",\"credentials\":{").endsWith("}}");
        return json.substring("{\"state\":\"s\",\"credentials\":".length(), json.length() - 1);
    }

    @Test
    void fields_keep_the_schema_order_and_have_generated_ids() {
        CredentialForm form = form("""
                "b": {"type": "string", "title": "B"}, "a\\"]": {"type": "string", "format": "password"},
                "c": {"type": "boolean"}, "d": {"enum": ["x"]}
                """, "\"a\\\"]\"");

        assertThat(form.fields()).extracting(field -> field.place().id()).containsExactly("f0", "f1", "f2", "f3");
        assertThat(form.fields()).extracting(field -> field.place().label()).containsExactly("B", "a\"]", "c", "d");
        assertThat(form.fields())
                .extracting(field -> field.place().required())
                .containsExactly(false, true, false, false);
        assertThat(form.fields().get(1))
                .isInstanceOfSatisfying(
                        Text.class, text -> assertThat(text.kind()).isEqualTo(Kind.SECRET));
        assertThat(form.fields().get(2)).isInstanceOf(Check.class);
        assertThat(form.fields().get(3)).isInstanceOf(Choice.class);
        assertThat(form.complete()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\": [\"null\", \"integer\"]}           | INTEGER",
                "{\"$ref\": \"#/properties/other\"}            | NUMBER",
                "{}                                            | TEXT",
            })
    void type_is_resolved_from_unions_references_and_defaults(String schema, Kind kind) {
        CredentialForm form = form("\"one\": " + schema + ", \"other\": {\"type\": \"number\"}", "");

        assertThat(form.fields().get(0))
                .isInstanceOfSatisfying(
                        Text.class, text -> assertThat(text.kind()).isEqualTo(kind));
    }

    @Test
    void required_unsupported_property_makes_the_form_incomplete() {
        String list = "\"scopes\": {\"type\": \"array\"}";

        assertThat(form(list, "").complete()).isTrue();
        assertThat(form(list, "\"scopes\"").complete()).isFalse();
        assertThat(form("\"loop\": {\"$ref\": \"#/properties/loop\"}", "").fields())
                .hasSize(1);
    }

    @Test
    void required_undeclared_property_gets_a_field() {
        assertThat(credentials(form("", "\"api_key\""), "f0=k")).isEqualTo("{\"api_key\":\"k\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.10", "1E+2", "-0", "123456789012345678901234567890", "0.1000"})
    void number_keeps_its_digits(String number) {
        CredentialForm form = form("\"n\": {\"type\": \"number\"}", "");

        assertThat(credentials(form, "f0=" + number.replace("+", "%2B"))).isEqualTo("{\"n\":" + number + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,5", "01", "NaN", "0x10", "1}", "--1"})
    void invalid_number_is_sent_as_text_to_the_broker(String text) {
        CredentialForm form = form("\"n\": {\"type\": \"integer\"}", "");

        assertThat(credentials(form, "f0=" + text.replace("}", "%7D"))).isEqualTo("{\"n\":\"" + text + "\"}");
    }

    @Test
    void text_is_unchanged_and_an_empty_value_is_omitted() {
        CredentialForm form = form("\"a\": {\"type\": \"string\"}, \"b\": {\"type\": \"string\"}", "");

        assertThat(credentials(form, "f0=+a%2B%22%5C%C3%A9%F0%9F%94%91+&f1=")).isEqualTo("{\"a\":\" a+\\\"\\\\é🔑 \"}");
    }

    @Test
    void choice_sends_the_value_of_the_schema() {
        CredentialForm form = form("\"e\": {\"enum\": [\"x\", 1.10, null, {\"a\": [1]}]}", "");

        assertThat(credentials(form, "f0=1")).isEqualTo("{\"e\":1.10}");
        assertThat(credentials(form, "f0=3")).isEqualTo("{\"e\":{\"a\":[1]}}");
        assertThat(credentials(form, "f0=4")).isEqualTo("{}");
        assertThat(credentials(form, "f0=-1")).isEqualTo("{}");
        assertThat(credentials(form, "f0=")).isEqualTo("{}");
    }

    @Test
    void titled_constants_are_a_choice_with_their_titles() {
        CredentialForm form =
                form("\"e\": {\"oneOf\": [{\"const\": \"eu\", \"title\": \"Europe\"}, {\"const\": \"us\"}]}", "");

        assertThat(form.fields().get(0))
                .isInstanceOfSatisfying(
                        Choice.class,
                        choice -> assertThat(choice.options())
                                .extracting(Field.Option::label)
                                .containsExactly("Europe", "us"));
    }

    @Test
    void checkbox_is_true_or_false() {
        CredentialForm form = form("\"c\": {\"type\": \"boolean\"}", "");

        assertThat(credentials(form, "f0=true")).isEqualTo("{\"c\":true}");
        assertThat(credentials(form, "")).isEqualTo("{\"c\":false}");
    }

    @Test
    void object_is_a_group_that_is_omitted_if_it_is_empty() {
        String login = "\"login\": {\"type\": \"object\", \"required\": [\"user\"], \"properties\":"
                + " {\"user\": {\"type\": \"string\"}, \"otp\": {\"type\": \"boolean\"}}}";

        assertThat(form(login, "").fields().get(0)).isInstanceOf(Group.class);
        assertThat(credentials(form(login, ""), "f1=")).isEqualTo("{}");
        assertThat(credentials(form(login, ""), "f1=ada")).isEqualTo("{\"login\":{\"user\":\"ada\",\"otp\":false}}");
        assertThat(credentials(form(login, "\"login\""), "")).isEqualTo("{\"login\":{\"otp\":false}}");
        assertThat(form(login, "").at("/credentials/login/user")).isPresent();
    }

    @Test
    void multiplying_references_make_the_form_incomplete() {
        String fan = IntStream.range(0, 400)
                .mapToObj(i -> "\"p" + i + "\": {\"$ref\": \"#/$defs/a\"}")
                .collect(joining(", "));
        String schema = "{\"type\": \"object\", \"properties\": {" + fan
                + "}, \"$defs\": {\"a\": {\"type\": \"object\", \"properties\": {\"s\": {\"type\": \"string\"}, " + fan
                + "}}}}";

        CredentialForm form = CredentialForm.of(schema);

        assertThat(form.complete()).isFalse();
        assertThat(count(form.fields())).isLessThanOrEqualTo(1_000);
    }

    @Test
    void multiplying_choices_make_the_form_incomplete() {
        String values = IntStream.range(0, 600).mapToObj(i -> "\"v" + i + "\"").collect(joining(", "));
        String list = "{\"enum\": [" + values + "]}";

        assertThat(form("\"a\": " + list, "").complete()).isTrue();
        assertThat(form("\"a\": " + list + ", \"b\": " + list, "").complete()).isFalse();
    }

    /** Returns {@code times} groups with {@code times} members each. {@code leaf} defines the members. */
    private static String repeated(int times, String group, String leaf) {
        String members = IntStream.range(0, times)
                .mapToObj(i -> "\"m" + i + "\": {\"$ref\": \"#/$defs/leaf\"}")
                .collect(joining(", "));
        String groups = IntStream.range(0, times)
                .mapToObj(i -> "\"" + group + i + "\": {\"$ref\": \"#/$defs/group\"}")
                .collect(joining(", "));
        return "{\"type\": \"object\", \"properties\": {" + groups + "}, \"$defs\": {\"leaf\": " + leaf
                + ", \"group\": {\"type\": \"object\", \"properties\": {" + members + "}}}}";
    }

    static Stream<Arguments> repeatedLongTexts() {
        String text = "x".repeat(20_000);
        String names = IntStream.range(0, 6_000).mapToObj(i -> "\"\"").collect(joining(", "));
        return Stream.of(
                arguments("description", repeated(20, "g", "{\"description\": \"" + text + "\"}")),
                arguments("title", repeated(20, "g", "{\"title\": \"" + text + "\"}")),
                arguments("const", repeated(20, "g", "{\"const\": \"" + text + "\"}")),
                arguments(
                        "titled const",
                        repeated(20, "g", "{\"oneOf\": [{\"title\": \"t\", \"const\": [\"" + text + "\"]}]}")),
                arguments("default", repeated(20, "g", "{\"default\": \"" + text.substring(0, 1_000) + "\"}")),
                arguments("name of groups", repeated(20, text.substring(0, 900), "{}")),
                arguments("reference", repeated(20, "g", "{\"$ref\": \"#/" + text + "\"}")),
                arguments("types", repeated(20, "g", "{\"type\": [" + names + ", \"string\"]}")),
                arguments(
                        "required", repeated(20, "g", "{\"properties\": {\"\": {}}, \"required\": [" + names + "]}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("repeatedLongTexts")
    void multiplied_long_texts_make_the_form_incomplete(String what, String schema) {
        assertThat(schema.length()).as("the Broker's limit").isLessThan(32 * 1024);

        CredentialForm form = CredentialForm.of(schema);

        assertThat(form.complete()).as(what).isFalse();
        assertThat(characters(form.fields())).isLessThan(9 * 32 * 1024);
        assertThat(count(form.fields()))
                .as("the parser stops before it has read all 420 fields")
                .isLessThan(300);
    }

    private static long characters(List<Field> fields) {
        return fields.stream()
                .mapToLong(field -> field.place().pointer().length()
                        + field.place().label().length()
                        + field.place().help().length()
                        + (field instanceof Group group ? characters(group.fields()) : 0))
                .sum();
    }

    @Test
    void many_short_fields_or_few_long_ones_are_a_complete_form() {
        CredentialForm many = CredentialForm.of(repeated(30, "g", "{\"title\": \"" + "t".repeat(100) + "\"}"));
        CredentialForm one = form("\"a\": {\"description\": \"" + "x".repeat(30_000) + "\"}", "\"a\"");

        assertThat(many.complete()).isTrue();
        assertThat(count(many.fields())).isEqualTo(930);
        assertThat(one.complete()).isTrue();
        assertThat(one.fields().get(0).place().help()).isEqualTo("x".repeat(1_000) + "…");
    }

    @Test
    void invisible_title_is_replaced_by_the_property_name() {
        CredentialForm form = form("\"a\": {\"title\": \"" + "\u200B".repeat(500) + "Key\"}", "");

        assertThat(form.fields().get(0).place().label()).isEqualTo("a");
    }

    private static long count(List<Field> fields) {
        return fields.stream()
                .mapToLong(field -> field instanceof Group group ? 1 + count(group.fields()) : 1)
                .sum();
    }

    @Test
    void pointer_finds_a_field_with_an_escaped_name() {
        CredentialForm form = form("\"a/b~c\": {\"type\": \"string\"}", "");

        assertThat(form.at("/credentials/a~1b~0c")).isPresent();
        assertThat(form.at("/credentials")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"f0=%zz", "f0=%ff", "f0=%ed%a0%80", "f0=%EF%BF%BD"})
    void undecodable_form_is_rejected_without_its_text(String body) {
        assertThatThrownBy(() -> SubmittedForm.parse(body.getBytes(UTF_8)))
                .isInstanceOfSatisfying(ApiException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                    assertThat(refusal.getMessage())
                            .isEqualTo("The form is malformed. Send it as application/x-www-form-urlencoded in UTF-8.");
                });
    }

    @Test
    void to_string_hides_the_form() {
        assertThat(SubmittedForm.parse("f0=canary".getBytes(UTF_8))).hasToString("SubmittedForm[***]");
    }

    private static final String LINES = """
            "key": {"type": "string", "contentMediaType": "application/x-pem-file"}, "note": {"type": "string"}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "f0=a%0D%0Ab%0D%0A              | a\\nb\\n",
                "f0=a%0Ab                       | a\\nb",
                "f0=a&f0-file=YQ0KYgo%3D        | a\\r\\nb\\n",
            })
    void multiline_value_keeps_its_line_breaks(String body, String value) {
        assertThat(credentials(form(LINES, ""), body.strip())).isEqualTo("{\"key\":\"" + value + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"f0-file=%21", "f0-file=%2Fw%3D%3D"})
    void file_that_is_not_text_is_rejected(String body) {
        SubmittedForm sent = SubmittedForm.parse(body.getBytes(UTF_8));

        assertThatThrownBy(() -> sent.credentials(form(LINES, ""), "s"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f1=a%0D%0Ab", "f1=a%0Ab", "f1=a%0D", "f1=a%0A"})
    void line_break_in_a_single_line_field_is_reported(String body) {
        SubmittedForm sent = SubmittedForm.parse(body.getBytes(UTF_8));

        assertThat(sent.problems(form(LINES, ""))).singleElement().satisfies(detail -> {
            assertThat(detail.pointer()).isEqualTo("/credentials/note");
            assertThat(detail.rule()).isEqualTo("singleLine");
        });
        assertThat(sent.kept(form(LINES, ""))).isEmpty();
    }

    @Test
    void only_values_that_are_not_secret_are_kept() {
        CredentialForm form = form("""
                "a": {"type": "string"}, "b": {"type": "string", "format": "password"},
                "c": {"type": "string", "writeOnly": true}, "d": {"type": "string", "format": "email"},
                "e": {"enum": ["x", "y"]}, "f": {"type": "object", "properties": {"g": {"type": "boolean"}}}
                """, "");

        assertThat(SubmittedForm.parse("f0=a&f1=b&f2=c&f3=d&f4=1&f6=true".getBytes(UTF_8))
                        .kept(form))
                .containsExactly(
                        Map.entry("f0", "a"), Map.entry("f3", "d"), Map.entry("f4", "1"), Map.entry("f6", "true"));
    }

    @Test
    void no_text_is_kept_if_the_broker_sends_no_field_hints() {
        assertThat(kept(null)).containsExactly(Map.entry("f2", "1"));
        assertThat(kept(Map.of()))
                .containsExactly(
                        Map.entry("f0", "k"), Map.entry("f2", "1"), Map.entry("f4", "u"), Map.entry("f5", "7"));
    }

    private static Map<String, String> kept(@Nullable Map<String, PresentedField> fields) {
        CredentialForm form = CredentialForm.of(new PresentedState(
                UUID.randomUUID(),
                "acme",
                "Example",
                null,
                null,
                """
                {"type": "object", "properties": {
                "api_key": {"type": "string"}, "b": {"type": "string", "format": "password"}, "e": {"enum": ["x", "y"]},
                "g": {"type": "object", "properties": {"user": {"type": "string"}}}, "pin": {"type": "integer"}}}
                """,
                null,
                fields,
                60,
                "https://your-app.com/callback",
                null));
        return SubmittedForm.parse("f0=k&f1=b&f2=1&f4=u&f5=7".getBytes(UTF_8)).kept(form);
    }
}
