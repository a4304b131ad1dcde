package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.nexus.broker.provider.definition.SchemaKeywords.SubSchema;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/** Analyzes the fields of a credential schema: their names, and whether they are required and can be strings. */
final class SchemaFields {

    private static final List<String> REFERENCES = List.of("$ref", "$dynamicRef");

    /**
     * The limit of all comparisons of names with patterns, in instructions times characters. Together, they take less
     * than a second.
     */
    private static final long MAX_COMPARISONS = 10_000_000;

    private final SchemaTree tree;
    private final IdentityHashMap<JsonNode, NamePatterns> patterns = new IdentityHashMap<>();
    private long comparisons = MAX_COMPARISONS;

    SchemaFields(SchemaTree tree) {
        this.tree = tree;
    }

    /** Returns the top-level members that the schema declares. */
    Set<String> names() {
        return declared(applied(""));
    }

    /** Returns true if the schema's keywords guarantee that each valid credential has this member. */
    boolean isRequired(String field) {
        return always("", new HashSet<>(), (pointer, schema) -> {
            for (JsonNode name : schema.path("required")) {
                if (name.asText().equals(field)) {
                    return true;
                }
            }
            return false;
        });
    }

    /** Returns true if the schema's keywords guarantee that this member is never a string. */
    boolean isNeverString(String field) {
        return applied("").stream()
                .map(pointer -> pointer + "/properties/" + ViolationText.escape(field))
                .anyMatch(property -> always(property, new HashSet<>(), (at, schema) -> excludesStrings(schema)));
    }

    private static boolean excludesStrings(JsonNode schema) {
        boolean anyText = false;
        for (JsonNode value : schema.path("enum")) {
            anyText |= value.isTextual();
        }
        return (schema.isBoolean() && !schema.booleanValue())
                || !isOfType(schema.path("type"), TextNode.valueOf(""))
                || (schema.has("const") && !schema.get("const").isTextual())
                || (!schema.path("enum").isEmpty() && !anyText);
    }

    /**
     * Returns true if {@code value} has the wrong type for the schema at {@code pointer}, or is a text not in its enum.
     */
    boolean excludes(String pointer, JsonNode value) {
        return always(pointer, new HashSet<>(), (at, schema) -> {
            boolean listed = schema.path("enum").isEmpty() || !value.isTextual();
            for (JsonNode each : schema.path("enum")) {
                listed |= each.equals(value);
            }
            return !listed || !isOfType(schema.path("type"), value);
        });
    }

    /** Returns true if the schema's keywords guarantee that {@code condition} holds for each accepted value. */
    private boolean always(String pointer, Set<String> seen, BiPredicate<String, JsonNode> condition) {
        JsonNode schema = tree.at(pointer);
        if (!seen.add(pointer)) {
            return false;
        }
        if (condition.test(pointer, schema)) {
            return true;
        }
        for (String keyword : REFERENCES) {
            if (tree.referred(schema, keyword)
                    .filter(target -> always(target, seen, condition))
                    .isPresent()) {
                return true;
            }
        }
        for (int i = 0; i < schema.path("allOf").size(); i++) {
            if (always(pointer + "/allOf/" + i, seen, condition)) {
                return true;
            }
        }
        for (String keyword : List.of("anyOf", "oneOf")) {
            int branches = schema.path(keyword).size();
            boolean each = branches > 0;
            for (int i = 0; i < branches && each; i++) {
                each = always(pointer + "/" + keyword + "/" + i, new HashSet<>(seen), condition);
            }
            if (each) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the broken rule for each name in required, dependentRequired or dependentSchemas that no schema for the
     * same value declares or matches with a pattern, at most 32. Does not check a value below the top level if its
     * schema allows other members. The key is the RFC 6901 pointer to the name.
     */
    Map<String, String> undeclared() {
        Map<String, String> found = new LinkedHashMap<>();
        collectUndeclared("", found);
        for (String schema : tree.schemas().keySet()) {
            for (SubSchema sub : tree.subSchemas(schema)) {
                if (sub.isDescending()) {
                    collectUndeclared(sub.pointer(), found);
                }
            }
        }
        return found;
    }

    private void collectUndeclared(String value, Map<String, String> found) {
        Set<String> applied = applied(value);
        Set<String> declared = declared(applied);
        if (!value.isEmpty() && applied.stream().anyMatch(pointer -> isOpen(tree.at(pointer)))) {
            return;
        }
        for (String pointer : applied) {
            JsonNode schema = tree.at(pointer);
            checkNames(pointer + "/required", schema.path("required"), declared, applied, found);
            for (Map.Entry<String, JsonNode> dependent :
                    schema.path("dependentRequired").properties()) {
                String at = pointer + "/dependentRequired/" + ViolationText.escape(dependent.getKey());
                checkName(at, dependent.getKey(), declared, applied, found);
                checkNames(at, dependent.getValue(), declared, applied, found);
            }
            for (Map.Entry<String, JsonNode> dependent :
                    schema.path("dependentSchemas").properties()) {
                String at = pointer + "/dependentSchemas/" + ViolationText.escape(dependent.getKey());
                checkName(at, dependent.getKey(), declared, applied, found);
            }
        }
    }

    private void checkNames(
            String pointer, JsonNode names, Set<String> declared, Set<String> applied, Map<String, String> found) {
        for (int i = 0; i < names.size(); i++) {
            checkName(pointer + "/" + i, names.get(i).asText(), declared, applied, found);
        }
    }

    private void checkName(
            String pointer, String name, Set<String> declared, Set<String> applied, Map<String, String> found) {
        if (found.size() < Problems.MAX
                && !declared.contains(name)
                && applied.stream().noneMatch(schema -> matches(tree.at(schema), name))) {
            found.put(pointer, "names a member that is not declared in properties");
        }
    }

    /**
     * Returns true if a pattern of patternProperties matches {@code name}. Also returns true without a comparison after
     * {@link #MAX_COMPARISONS}, because this hint to the author is not worth more time.
     */
    private boolean matches(JsonNode schema, String name) {
        if (schema.path("patternProperties").isEmpty()) {
            return false;
        }
        NamePatterns named = patterns.computeIfAbsent(schema, NamePatterns::of);
        comparisons -= named.size() * (name.length() + 1);
        return comparisons < 0 || named.match(name);
    }

    /**
     * The patterns of one patternProperties, compiled once.
     *
     * @param readable false if one of them is too large or not valid in RE2
     */
    private record NamePatterns(List<Pattern> compiled, long size, boolean readable) {

        static NamePatterns of(JsonNode schema) {
            List<String> sources = schema.path("patternProperties").properties().stream()
                    .map(Map.Entry::getKey)
                    .toList();
            long sum = 0;
            for (String source : sources) {
                sum += PatternSize.of(source);
            }
            if (sum > SchemaCost.MAX_PATTERN_SIZES
                    || sources.stream().anyMatch(source -> PatternSize.of(source) > SchemaCost.MAX_PATTERN_SIZE)) {
                return new NamePatterns(List.of(), 0, false);
            }
            try {
                return new NamePatterns(sources.stream().map(Pattern::compile).toList(), sum, true);
            } catch (PatternSyntaxException reportedElsewhere) {
                return new NamePatterns(List.of(), 0, false);
            }
        }

        boolean match(String name) {
            return !readable
                    || compiled.stream()
                            .anyMatch(pattern -> pattern.matcher(name).find());
        }
    }

    private static boolean isOpen(JsonNode schema) {
        return List.of("additionalProperties", "unevaluatedProperties").stream()
                .map(schema::path)
                .anyMatch(members -> members.isObject() || (members.isBoolean() && members.booleanValue()));
    }

    private Set<String> declared(Set<String> applied) {
        Set<String> declared = new LinkedHashSet<>();
        applied.forEach(
                pointer -> tree.at(pointer).path("properties").fieldNames().forEachRemaining(declared::add));
        return declared;
    }

    /**
     * Returns the pointers of the schemas that may apply to the same value as the schema at {@code pointer}, including
     * {@code pointer}.
     */
    private Set<String> applied(String pointer) {
        Set<String> applied = new LinkedHashSet<>();
        collect(pointer, applied);
        return applied;
    }

    private void collect(String pointer, Set<String> applied) {
        if (!applied.add(pointer)) {
            return;
        }
        JsonNode schema = tree.at(pointer);
        REFERENCES.forEach(keyword -> tree.referred(schema, keyword).ifPresent(target -> collect(target, applied)));
        tree.subSchemas(pointer).stream().filter(SubSchema::isInPlace).forEach(sub -> collect(sub.pointer(), applied));
    }

    /** Returns true if {@code value} has one of the types, or if no types are given. */
    static boolean isOfType(JsonNode types, JsonNode value) {
        if (types.isArray()) {
            for (JsonNode type : types) {
                if (isOfType(type, value)) {
                    return true;
                }
            }
            return types.isEmpty();
        }
        return switch (types.asText("")) {
            case "string" -> value.isTextual();
            case "integer" ->
                value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            default -> true;
        };
    }
}
