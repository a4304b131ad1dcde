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
    void fields_keep_the_schemas_order_and_have_names_of_ours() {
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
    void a_type_is_found_behind_unions_references_and_silence(String schema, Kind kind) {
        CredentialForm form = form("\"one\": " + schema + ", \"other\": {\"type\": \"number\"}", "");

        assertThat(form.fields().get(0))
                .isInstanceOfSatisfying(
                        Text.class, text -> assertThat(text.kind()).isEqualTo(kind));
    }

    @Test
    void what_is_required_and_cannot_be_asked_for_leaves_the_form_incomplete() {
        String list = "\"scopes\": {\"type\": \"array\"}";

        assertThat(form(list, "").complete()).isTrue();
        assertThat(form(list, "\"scopes\"").complete()).isFalse();
        assertThat(form("\"loop\": {\"$ref\": \"#/properties/loop\"}", "").fields())
                .hasSize(1);
    }

    @Test
    void what_is_required_without_a_word_about_it_is_asked_for() {
        assertThat(credentials(form("", "\"api_key\""), "f0=k")).isEqualTo("{\"api_key\":\"k\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.10", "1E+2", "-0", "123456789012345678901234567890", "0.1000"})
    void a_number_goes_digit_for_digit(String number) {
        CredentialForm form = form("\"n\": {\"type\": \"number\"}", "");

        assertThat(credentials(form, "f0=" + number.replace("+", "%2B"))).isEqualTo("{\"n\":" + number + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,5", "01", "NaN", "0x10", "1}", "--1"})
    void what_is_no_number_goes_as_text_for_the_broker_to_refuse(String text) {
        CredentialForm form = form("\"n\": {\"type\": \"integer\"}", "");

        assertThat(credentials(form, "f0=" + text.replace("}", "%7D"))).isEqualTo("{\"n\":\"" + text + "\"}");
    }

    @Test
    void text_stays_as_it_was_typed_and_what_is_empty_is_absent() {
        CredentialForm form = form("\"a\": {\"type\": \"string\"}, \"b\": {\"type\": \"string\"}", "");

        assertThat(credentials(form, "f0=+a%2B%22%5C%C3%A9%F0%9F%94%91+&f1=")).isEqualTo("{\"a\":\" a+\\\"\\\\é🔑 \"}");
    }

    @Test
    void a_choice_is_the_schemas_own_value() {
        CredentialForm form = form("\"e\": {\"enum\": [\"x\", 1.10, null, {\"a\": [1]}]}", "");

        assertThat(credentials(form, "f0=1")).isEqualTo("{\"e\":1.10}");
        assertThat(credentials(form, "f0=3")).isEqualTo("{\"e\":{\"a\":[1]}}");
        assertThat(credentials(form, "f0=4")).isEqualTo("{}");
        assertThat(credentials(form, "f0=-1")).isEqualTo("{}");
        assertThat(credentials(form, "f0=")).isEqualTo("{}");
    }

    @Test
    void titled_constants_are_a_choice_by_their_titles() {
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
    void a_box_is_yes_or_no() {
        CredentialForm form = form("\"c\": {\"type\": \"boolean\"}", "");

        assertThat(credentials(form, "f0=true")).isEqualTo("{\"c\":true}");
        assertThat(credentials(form, "")).isEqualTo("{\"c\":false}");
    }

    @Test
    void an_object_is_a_group_that_is_absent_where_nothing_of_it_was_entered() {
        String login = "\"login\": {\"type\": \"object\", \"required\": [\"user\"], \"properties\":"
                + " {\"user\": {\"type\": \"string\"}, \"otp\": {\"type\": \"boolean\"}}}";

        assertThat(form(login, "").fields().get(0)).isInstanceOf(Group.class);
        assertThat(credentials(form(login, ""), "f1=")).isEqualTo("{}");
        assertThat(credentials(form(login, ""), "f1=ada")).isEqualTo("{\"login\":{\"user\":\"ada\",\"otp\":false}}");
        assertThat(credentials(form(login, "\"login\""), "")).isEqualTo("{\"login\":{\"otp\":false}}");
        assertThat(form(login, "").at("/credentials/login/user")).isPresent();
    }

    @Test
    void references_that_multiply_make_no_form() {
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
    void choices_that_multiply_make_no_form() {
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

    static Stream<Arguments> longWhereRepeated() {
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
    @MethodSource("longWhereRepeated")
    void long_texts_that_references_multiply_make_no_form(String what, String schema) {
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
    void many_fields_with_short_texts_are_a_form_as_are_few_with_long_ones() {
        CredentialForm many = CredentialForm.of(repeated(30, "g", "{\"title\": \"" + "t".repeat(100) + "\"}"));
        CredentialForm one = form("\"a\": {\"description\": \"" + "x".repeat(30_000) + "\"}", "\"a\"");

        assertThat(many.complete()).isTrue();
        assertThat(count(many.fields())).isEqualTo(930);
        assertThat(one.complete()).isTrue();
        assertThat(one.fields().get(0).place().help()).isEqualTo("x".repeat(1_000) + "…");
    }

    @Test
    void a_title_of_which_nothing_is_seen_gives_way_to_the_name() {
        CredentialForm form = form("\"a\": {\"title\": \"" + "\u200B".repeat(500) + "Key\"}", "");

        assertThat(form.fields().get(0).place().label()).isEqualTo("a");
    }

    private static long count(List<Field> fields) {
        return fields.stream()
                .mapToLong(field -> field instanceof Group group ? 1 + count(group.fields()) : 1)
                .sum();
    }

    @Test
    void a_pointer_finds_a_field_whatever_its_name() {
        CredentialForm form = form("\"a/b~c\": {\"type\": \"string\"}", "");

        assertThat(form.at("/credentials/a~1b~0c")).isPresent();
        assertThat(form.at("/credentials")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"f0=%zz", "f0=%ff", "f0=%ed%a0%80", "f0=%EF%BF%BD"})
    void what_does_not_decode_is_refused_without_its_text(String body) {
        assertThatThrownBy(() -> SubmittedForm.parse(body.getBytes(UTF_8)))
                .isInstanceOfSatisfying(ApiException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                    assertThat(refusal.getMessage()).startsWith("The form is malformed");
                });
    }

    @Test
    void a_form_does_not_print() {
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
    void several_lines_keep_their_breaks(String body, String value) {
        assertThat(credentials(form(LINES, ""), body.strip())).isEqualTo("{\"key\":\"" + value + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"f0-file=%21", "f0-file=%2Fw%3D%3D"})
    void a_file_that_is_no_text_is_refused(String body) {
        SubmittedForm sent = SubmittedForm.parse(body.getBytes(UTF_8));

        assertThatThrownBy(() -> sent.credentials(form(LINES, ""), "s"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f1=a%0D%0Ab", "f1=a%0Ab", "f1=a%0D", "f1=a%0A"})
    void several_lines_in_a_field_of_one_are_told(String body) {
        SubmittedForm sent = SubmittedForm.parse(body.getBytes(UTF_8));

        assertThat(sent.problems(form(LINES, ""))).singleElement().satisfies(detail -> {
            assertThat(detail.pointer()).isEqualTo("/credentials/note");
            assertThat(detail.rule()).isEqualTo("singleLine");
        });
        assertThat(sent.kept(form(LINES, ""))).isEmpty();
    }

    @Test
    void what_is_no_secret_may_be_shown_again() {
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
    void no_text_is_shown_again_where_the_broker_does_not_say_which_are_secret() {
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
