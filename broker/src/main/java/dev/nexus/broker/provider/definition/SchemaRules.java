package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.nexus.broker.http.UnicodeText;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks a credential schema when it is registered. A capture uses only {@link #parse}, so that a new rule does not
 * affect providers that are already registered. Do not make {@link #parse} stricter: it also reads their schemas.
 */
final class SchemaRules {

    private static final int MAX_DEPTH = 32;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    // Does not use LinearRegex: the meta-schema's patterns are trusted, and not all are valid in RE2.
    private static final Schema META_SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of(CredentialSchema.DIALECT));

    private static final Map<String, String> MIN_MAX_KEYWORDS = Map.of(
            "minLength", "maxLength",
            "minItems", "maxItems",
            "minProperties", "maxProperties",
            "minContains", "maxContains",
            "minimum", "maximum");

    private final JsonNode root;
    private final Problems problems;

    private SchemaRules(JsonNode root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    /**
     * Reads a schema's text.
     *
     * @throws InvalidSchemaException if it is not exactly one JSON object, or if a key occurs twice
     */
    static JsonNode parse(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.isObject()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw new InvalidSchemaException("", "must be one JSON object without duplicate keys");
        }
        throw new InvalidSchemaException("", "must be one JSON object without duplicate keys");
    }

    /**
     * Checks a schema.
     *
     * @param problems receives the broken rules, with pointers into the schema
     * @return the schema's fields. Empty if the text is not a JSON object, breaks a rule of {@link #checkContents}, or
     *     has too many sub-schemas to analyze
     */
    static Optional<SchemaFields> check(String json, Problems problems) {
        JsonNode root;
        try {
            root = parse(json);
        } catch (InvalidSchemaException e) {
            problems.add(e.pointer(), e.rule());
            return Optional.empty();
        }
        return new SchemaRules(root, problems).check();
    }

    private Optional<SchemaFields> check() {
        if (!"object".equals(root.path("type").textValue())) {
            problems.add("/type", "must be object");
        }
        Problems contentProblems = new Problems();
        checkContents("", root, 1, contentProblems);
        if (!contentProblems.isEmpty()) {
            problems.addAll("", contentProblems);
            return Optional.empty();
        }
        SchemaTree tree = new SchemaTree(root);
        if (tree.schemas().size() > SchemaCost.MAX_SUB_SCHEMAS) {
            problems.add("", "must contain at most " + SchemaCost.MAX_SUB_SCHEMAS + " sub-schemas");
            return Optional.empty();
        }
        tree.schemas().forEach(this::checkKeywords);
        for (Error error : META_SCHEMA.validate(root)) {
            problems.add(ViolationText.pointer(error.getInstanceLocation()), "is not valid under JSON Schema 2020-12");
        }
        SchemaFields fields = new SchemaFields(tree);
        boolean patternsAreValid = checkPatterns(tree);
        // undeclared() compiles the patterns of patternProperties, and limits the size only for each sub-schema.
        if (patternsAreValid || tree.schemas().values().stream().noneMatch(schema -> schema.has("patternProperties"))) {
            fields.undeclared().forEach((pointer, rule) -> problems.add(pointer, rule));
        }
        tree.schemas().forEach((pointer, schema) -> checkValues(fields, pointer, schema));
        if (problems.isEmpty()) {
            compile(tree);
        }
        return Optional.of(fields);
    }

    /** Reports patterns that are too large or not valid in RE2. Returns true if it finds no such pattern. */
    private boolean checkPatterns(SchemaTree tree) {
        Problems found = new Problems();
        SchemaCost.patternProblems(tree, found);
        problems.addAll("", found);
        return found.isEmpty();
    }

    private void compile(SchemaTree tree) {
        try {
            CredentialSchema.compile(root, tree, SchemaCost.of(tree), Set.of());
        } catch (InvalidSchemaException e) {
            problems.add(e.pointer(), e.rule());
        }
    }

    /**
     * Checks depth, strings and numbers of the whole document, also in values that are not schemas, such as those of
     * enum.
     */
    private static void checkContents(String pointer, JsonNode node, int depth, Problems problems) {
        if (depth > MAX_DEPTH) {
            problems.add(pointer, "must be nested at most 32 levels deep");
            return;
        }
        if (node.isTextual() && !UnicodeText.isComplete(node.textValue())) {
            problems.add(pointer, UnicodeText.MESSAGE);
        }
        boolean infinite = node.isDouble() && !Double.isFinite(node.doubleValue());
        if (node.isNumber() && (infinite || !CredentialLimits.violations(node).isEmpty())) {
            problems.add(pointer, "must be a number of at most 1,000 digits and in the range of a double");
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (UnicodeText.isComplete(member.getKey())) {
                checkContents(
                        pointer + "/" + ViolationText.escape(member.getKey()), member.getValue(), depth + 1, problems);
            } else {
                problems.add(pointer, "must have member names that are Unicode text, without half of a surrogate pair");
            }
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            checkContents(pointer + "/" + i, node.get(i), depth + 1, problems);
        }
    }

    private void checkKeywords(String pointer, JsonNode schema) {
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            String keyword = member.getKey();
            String at = pointer + "/" + ViolationText.escape(keyword);
            String text = member.getValue().asText("");
            switch (keyword) {
                case "$ref", "$dynamicRef" -> {
                    if (!text.startsWith("#")) {
                        problems.add(at, "must refer to a place in the schema itself");
                    }
                }
                case "$id" -> problems.add(at, "is not allowed: a credential schema has no URI. Remove it.");
                case "$vocabulary" ->
                    problems.add(at, "is not allowed: only a meta-schema has vocabularies. Remove it.");
                case "$schema" -> {
                    if (!text.equals(CredentialSchema.DIALECT)) {
                        problems.add(at, "must be " + CredentialSchema.DIALECT);
                    }
                }
                default -> {
                    if (!SchemaKeywords.isKnown(keyword)) {
                        problems.add(at, unknownKeywordRule(SchemaKeywords.nearest(keyword)));
                    }
                }
            }
        }
    }

    private static String unknownKeywordRule(String nearest) {
        return "is not a keyword of JSON Schema 2020-12. "
                + (nearest.isEmpty() ? "" : "Did you mean " + nearest + "? ")
                + "Names of your own annotations must begin with x-.";
    }

    /** Reports a schema that contradicts itself. */
    private void checkValues(SchemaFields fields, String pointer, JsonNode schema) {
        JsonNode types = schema.path("type");
        if (schema.has("default") && fields.excludes(pointer, schema.get("default"))) {
            problems.add(pointer + "/default", "must have the schema's type, and be one of its enum values");
        }
        if (schema.has("const") && !SchemaFields.isOfType(types, schema.get("const"))) {
            problems.add(pointer + "/const", "must have the schema's type");
        }
        for (int i = 0; i < schema.path("enum").size(); i++) {
            if (!SchemaFields.isOfType(types, schema.get("enum").get(i))) {
                problems.add(pointer + "/enum/" + i, "must have the schema's type");
            }
        }
        checkLimits(pointer, schema);
    }

    private void checkLimits(String pointer, JsonNode schema) {
        MIN_MAX_KEYWORDS.forEach((minKeyword, maxKeyword) -> {
            if (schema.path(minKeyword).isNumber()
                    && schema.path(maxKeyword).isNumber()
                    && schema.get(minKeyword)
                                    .decimalValue()
                                    .compareTo(schema.get(maxKeyword).decimalValue())
                            > 0) {
                problems.add(pointer + "/" + minKeyword, "must not be more than " + maxKeyword);
            }
        });
    }
}
