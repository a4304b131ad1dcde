package dev.nexus.broker.provider.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.strategy.Credential;
import dev.nexus.testsupport.Promise;
import dev.nexus.testsupport.RealPython;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Compares {@link CredentialSchema} with Python's jsonschema on generated pairs of a schema and a document. The Broker
 * has two rules that JSON Schema does not have. It refuses undeclared members at the top level, so the schema for
 * Python refuses them too. It refuses blank strings, so no generated string is blank.
 */
class JsonSchemaConformanceTest {

    private static final int PAIRS = 1_000;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> NAMES = List.of("api_key", "b", "c-d", "é", "x1");
    private static final List<String> WORDS =
            List.of("a", "ab", "abc", "sk_live_1", "12", "123456", "Übung", "a b", "x@y.example", "ABC");
    private static final List<String> PATTERNS =
            List.of("^sk_", "^[a-z]+$", "[0-9]", "^.{2,4}$", "^(a|b)", "^[^ ]+$", "b$", "^[a-zÜ]+$");

    private final Random random = new Random(20261124);

    @Test
    @Promise(23)
    void jsonschema_agrees_on_each_generated_pair() throws Exception {
        RealPython python = RealPython.having("jsonschema");
        ArrayNode pairs = NODES.arrayNode();
        List<Boolean> accepted = new ArrayList<>();

        while (pairs.size() < PAIRS) {
            ObjectNode schema = registrableSchema();
            JsonNode document = mostlyValid(schema, schema, 0);
            if (!document.isObject()) {
                continue;
            }
            accepted.add(CredentialSchema.compile(schema.toString(), Set.of())
                    .violations(Credential.of(document))
                    .isEmpty());
            ObjectNode closed = schema.deepCopy();
            if (!schema.has("additionalProperties")) {
                closed.put("unevaluatedProperties", false);
                ObjectNode known = closed.withObject("/properties");
                schema.path("required").forEach(name -> {
                    if (!known.has(name.asText())) {
                        known.putObject(name.asText());
                    }
                });
            }
            pairs.addObject().<ObjectNode>set("schema", closed).set("document", document);
        }
        JsonNode reference = python.run("validate_pairs.py", pairs);

        long valid = accepted.stream().filter(isAccepted -> isAccepted).count();
        for (int i = 0; i < PAIRS; i++) {
            assertThat(accepted.get(i))
                    .as(pairs.get(i).toPrettyString())
                    .isEqualTo(reference.get(i).booleanValue());
        }
        assertThat(valid).isBetween(PAIRS / 5L, 4L * PAIRS / 5);
        System.out.printf(
                "%d pairs of a schema and a document agree with jsonschema, %d of them valid%n", PAIRS, valid);
    }

    private <T> T pickFrom(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private boolean oneIn(int in) {
        return random.nextInt(in) == 0;
    }

    /** A schema that a provider can register: an object at the top level. */
    private ObjectNode registrableSchema() {
        ObjectNode schema = object(0);
        schema.putObject("$defs").set("part", string());
        if (oneIn(4)) {
            schema.putArray("anyOf").add(requiring()).add(requiring());
        }
        if (oneIn(6)) {
            schema.putArray("allOf").add(NODES.objectNode().set("properties", properties(2)));
        }
        if (oneIn(6)) {
            schema.set("if", requiring());
            schema.set("then", requiring());
            if (oneIn(2)) {
                schema.set("else", requiring());
            }
        }
        return schema;
    }

    private ObjectNode requiring() {
        ObjectNode requiring = NODES.objectNode();
        requiring.putArray("required").add(pickFrom(NAMES));
        return requiring;
    }

    private ObjectNode properties(int depth) {
        ObjectNode properties = NODES.objectNode();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            properties.set(pickFrom(NAMES), value(depth + 1));
        }
        return properties;
    }

    private ObjectNode object(int depth) {
        ObjectNode schema = NODES.objectNode().put("type", "object");
        schema.set("properties", properties(depth));
        if (oneIn(2)) {
            schema.putArray("required").add(pickFrom(NAMES));
        }
        if (oneIn(5)) {
            schema.put("additionalProperties", oneIn(2));
        }
        if (oneIn(8)) {
            schema.putObject("patternProperties").set("^[bc]", string());
        }
        if (oneIn(8)) {
            schema.putObject("propertyNames").put("maxLength", 1 + random.nextInt(7));
        }
        if (oneIn(8)) {
            schema.putObject("dependentRequired").putArray(pickFrom(NAMES)).add(pickFrom(NAMES));
        }
        if (oneIn(8)) {
            schema.put("minProperties", random.nextInt(3));
        }
        if (oneIn(8)) {
            schema.put("maxProperties", 1 + random.nextInt(3));
        }
        return schema;
    }

    private ObjectNode value(int depth) {
        return switch (random.nextInt(depth > 2 ? 6 : 11)) {
            case 0, 1, 2 -> string();
            case 3 -> integer();
            case 4 -> NODES.objectNode().put("type", "boolean");
            case 5 -> NODES.objectNode().put("$ref", "#/$defs/part");
            case 6 -> array(depth);
            case 7 -> object(depth);
            case 8 -> {
                ObjectNode schema = NODES.objectNode();
                schema.putArray(pickFrom(List.of("anyOf", "oneOf", "allOf")))
                        .add(value(depth + 1))
                        .add(value(depth + 1));
                yield schema;
            }
            case 9 -> NODES.objectNode().set("not", value(depth + 1));
            default -> {
                ObjectNode schema = NODES.objectNode();
                schema.putArray("type").add("string").add(pickFrom(List.of("integer", "null", "boolean")));
                yield schema;
            }
        };
    }

    private ObjectNode string() {
        ObjectNode schema = NODES.objectNode().put("type", "string").put("title", "A field");
        if (oneIn(3)) {
            schema.put("minLength", random.nextInt(6));
        }
        if (oneIn(3)) {
            schema.put("maxLength", 1 + random.nextInt(8));
        }
        if (oneIn(3)) {
            schema.put("pattern", pickFrom(PATTERNS));
        }
        if (oneIn(6)) {
            schema.putArray("enum").add(pickFrom(WORDS)).add("other");
        }
        if (oneIn(8)) {
            schema.put("const", pickFrom(WORDS));
        }
        if (oneIn(8)) {
            schema.put("format", "email");
        }
        return schema;
    }

    private ObjectNode integer() {
        ObjectNode schema = NODES.objectNode().put("type", pickFrom(List.of("integer", "number")));
        if (oneIn(3)) {
            schema.put("minimum", random.nextInt(10));
        }
        if (oneIn(3)) {
            schema.put("exclusiveMaximum", 5 + random.nextInt(20));
        }
        if (oneIn(4)) {
            schema.put("multipleOf", 1 + random.nextInt(4));
        }
        return schema;
    }

    private ObjectNode array(int depth) {
        ObjectNode schema = NODES.objectNode().put("type", "array");
        schema.set("items", value(depth + 1));
        if (oneIn(3)) {
            schema.put("minItems", random.nextInt(3));
        }
        if (oneIn(3)) {
            schema.put("maxItems", 1 + random.nextInt(3));
        }
        if (oneIn(3)) {
            schema.put("uniqueItems", true);
        }
        return schema;
    }

    /** A document that matches most rules of the schema. */
    private JsonNode mostlyValid(JsonNode root, JsonNode schema, int depth) {
        if (oneIn(25) && depth > 0) {
            return arbitraryValue();
        }
        if (schema.has("$ref")) {
            return mostlyValid(root, root.at("/$defs/part"), depth);
        }
        for (String combined : List.of("anyOf", "oneOf", "allOf")) {
            if (schema.has(combined) && !schema.has("type")) {
                return mostlyValid(root, schema.get(combined).get(random.nextInt(2)), depth);
            }
        }
        return switch (schema.path("type").asText()) {
            case "object" -> document(root, schema, depth);
            case "array" -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = schema.path("minItems").asInt(0) + random.nextInt(2); i > 0; i--) {
                    array.add(mostlyValid(root, schema.get("items"), depth + 1));
                }
                yield array;
            }
            case "string" -> text(schema);
            case "integer", "number" ->
                NODES.numberNode(schema.path("multipleOf").asInt(1)
                        * (schema.path("minimum").asInt(0) + random.nextInt(4)));
            case "boolean" -> NODES.booleanNode(oneIn(2));
            default -> arbitraryValue();
        };
    }

    private ObjectNode document(JsonNode root, JsonNode schema, int depth) {
        ObjectNode document = NODES.objectNode();
        for (var property : schema.path("properties").properties()) {
            if (!oneIn(5)) {
                document.set(property.getKey(), mostlyValid(root, property.getValue(), depth + 1));
            }
        }
        for (JsonNode name : schema.path("required")) {
            if (!document.has(name.asText()) && !oneIn(4)) {
                document.set(name.asText(), arbitraryValue());
            }
        }
        if (oneIn(12)) {
            document.set(pickFrom(NAMES), arbitraryValue());
        }
        return document;
    }

    private JsonNode text(JsonNode schema) {
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.has("enum")) {
            return schema.get("enum").get(random.nextInt(2));
        }
        return NODES.textNode(pickFrom(WORDS));
    }

    private JsonNode arbitraryValue() {
        return switch (random.nextInt(6)) {
            case 0 -> NODES.numberNode(random.nextInt(20));
            case 1 -> NODES.booleanNode(true);
            case 2 -> NODES.nullNode();
            case 3 -> NODES.arrayNode().add(pickFrom(WORDS));
            case 4 -> NODES.objectNode().put(pickFrom(NAMES), pickFrom(WORDS));
            default -> NODES.textNode(pickFrom(WORDS));
        };
    }
}
