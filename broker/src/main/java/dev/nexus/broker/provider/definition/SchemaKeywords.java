package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keywords that a credential schema may have, and the places of their sub-schemas. These are the keywords of JSON
 * Schema 2020-12 (https://json-schema.org/draft/2020-12/json-schema-core, sections 8, 10 and 11;
 * json-schema-validation, sections 6 to 9) without {@code $id} and {@code $vocabulary}, and the keyword
 * {@code definitions} of earlier drafts.
 */
final class SchemaKeywords {

    /** Keywords whose sub-schemas apply to the same value as their parent schema. */
    private static final Set<String> IN_PLACE =
            Set.of("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas");

    /** Keywords whose sub-schemas apply to a member, an item or a name. */
    private static final Set<String> DESCENDING = Set.of(
            "properties",
            "patternProperties",
            "additionalProperties",
            "unevaluatedProperties",
            "propertyNames",
            "prefixItems",
            "items",
            "contains",
            "unevaluatedItems");

    /** Keywords with sub-schemas that apply only through references. */
    private static final Set<String> CONTAINERS = Set.of("$defs", "definitions", "contentSchema");

    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", "dependentSchemas", "$defs", "definitions");
    private static final Set<String> LISTED = Set.of("allOf", "anyOf", "oneOf", "prefixItems");

    /** Keywords that never reject a value. The exception is {@code format}, see {@link CredentialSchema}. */
    static final Set<String> ANNOTATIONS = Set.of(
            "$comment",
            "$schema",
            "$anchor",
            "$dynamicAnchor",
            "title",
            "description",
            "default",
            "deprecated",
            "readOnly",
            "writeOnly",
            "examples",
            "format",
            "contentEncoding",
            "contentMediaType");

    /** Keywords that reject values and have no sub-schema. */
    private static final Set<String> ASSERTIONS = Set.of(
            "$ref",
            "$dynamicRef",
            "type",
            "enum",
            "const",
            "multipleOf",
            "maximum",
            "exclusiveMaximum",
            "minimum",
            "exclusiveMinimum",
            "maxLength",
            "minLength",
            "pattern",
            "maxItems",
            "minItems",
            "uniqueItems",
            "maxContains",
            "minContains",
            "maxProperties",
            "minProperties",
            "required",
            "dependentRequired");

    /**
     * One sub-schema.
     *
     * @param keyword its keyword
     * @param name the member's name, the pattern or the index, or empty if the keyword has only one sub-schema
     * @param pointer RFC 6901 pointer into the whole schema
     */
    record SubSchema(String keyword, String name, String pointer, JsonNode schema) {

        /** Returns true if it applies to the same value as its parent schema. */
        boolean isInPlace() {
            return IN_PLACE.contains(keyword);
        }

        /** Returns true if it applies to a part of the value. */
        boolean isDescending() {
            return DESCENDING.contains(keyword);
        }
    }

    private SchemaKeywords() {}

    /**
     * Returns true for the keywords that a credential schema may have, and for annotations whose names begin with
     * {@code x-}.
     */
    static boolean isKnown(String name) {
        return name.startsWith("x-")
                || IN_PLACE.contains(name)
                || DESCENDING.contains(name)
                || CONTAINERS.contains(name)
                || ANNOTATIONS.contains(name)
                || ASSERTIONS.contains(name);
    }

    /** Returns the keyword that is most similar to {@code name}, at most two edits away, or an empty string. */
    static String nearest(String name) {
        String nearest = "";
        int best = 3;
        for (Set<String> keywords : List.of(ASSERTIONS, DESCENDING, IN_PLACE, CONTAINERS, ANNOTATIONS)) {
            for (String keyword : keywords) {
                int edits = name.length() > 64 ? best : edits(name, keyword);
                if (edits < best || (edits == best && !nearest.isEmpty() && keyword.compareTo(nearest) < 0)) {
                    best = edits;
                    nearest = keyword;
                }
            }
        }
        return nearest;
    }

    /** Returns the direct sub-schemas of {@code schema}, in the order of its text. */
    static List<SubSchema> subSchemas(String pointer, JsonNode schema) {
        List<SubSchema> found = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            String keyword = member.getKey();
            JsonNode value = member.getValue();
            String at = pointer + "/" + ViolationText.escape(keyword);
            if (NAMED.contains(keyword)) {
                value.properties()
                        .forEach(named -> add(
                                found,
                                new SubSchema(
                                        keyword,
                                        named.getKey(),
                                        at + "/" + ViolationText.escape(named.getKey()),
                                        named.getValue())));
            } else if (LISTED.contains(keyword)) {
                for (int i = 0; i < value.size(); i++) {
                    add(found, new SubSchema(keyword, String.valueOf(i), at + "/" + i, value.path(i)));
                }
            } else if (IN_PLACE.contains(keyword) || DESCENDING.contains(keyword) || CONTAINERS.contains(keyword)) {
                add(found, new SubSchema(keyword, "", at, value));
            }
        }
        return found;
    }

    /** Ignores values that are neither an object nor a boolean. The meta-schema reports them. */
    private static void add(List<SubSchema> found, SubSchema subSchema) {
        if (subSchema.schema().isObject() || subSchema.schema().isBoolean()) {
            found.add(subSchema);
        }
    }

    /** Returns the Levenshtein distance. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
