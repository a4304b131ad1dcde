package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nexus.broker.provider.definition.SchemaKeywords.SubSchema;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A credential schema as its sub-schemas, by RFC 6901 pointer, and what the references in it mean. */
final class SchemaTree {

    private final Map<String, JsonNode> schemas = new LinkedHashMap<>();
    private final Map<String, List<SubSchema>> subSchemas = new HashMap<>();
    private final Map<String, String> anchors = new HashMap<>();

    SchemaTree(JsonNode root) {
        add("", root);
    }

    private void add(String pointer, JsonNode schema) {
        if (schemas.size() > SchemaCost.MAX_SUB_SCHEMAS) {
            // Refused for their number; the pointers of the rest may take the heap.
            return;
        }
        schemas.put(pointer, schema);
        for (String keyword : List.of("$anchor", "$dynamicAnchor")) {
            if (schema.path(keyword).isTextual()) {
                anchors.putIfAbsent(schema.get(keyword).textValue(), pointer);
            }
        }
        List<SubSchema> found = SchemaKeywords.subSchemas(pointer, schema);
        subSchemas.put(pointer, found);
        for (SubSchema sub : found) {
            add(sub.pointer(), sub.schema());
        }
    }

    /** All schemas, from the outside in. */
    Map<String, JsonNode> schemas() {
        return schemas;
    }

    JsonNode at(String pointer) {
        return schemas.getOrDefault(pointer, MissingNode.getInstance());
    }

    /** The sub-schemas that the schema at {@code pointer} itself holds; their pointers, which may be long, exist once. */
    List<SubSchema> subSchemas(String pointer) {
        return subSchemas.getOrDefault(pointer, List.of());
    }

    /**
     * The pointer of the schema that {@code $ref} or {@code $dynamicRef} names. The two mean the same here: the whole
     * schema is one resource, so an anchor stands in it once.
     *
     * @return empty if the schema has no such reference, or one to a place that is no schema in it
     */
    Optional<String> referred(JsonNode schema, String keyword) {
        String reference = schema.path(keyword).asText("");
        if (!reference.startsWith("#")) {
            return Optional.empty();
        }
        String fragment = decoded(reference.substring(1));
        String pointer =
                fragment.isEmpty() || fragment.startsWith("/") ? fragment : anchors.getOrDefault(fragment, "none");
        return schemas.containsKey(pointer) ? Optional.of(pointer) : Optional.empty();
    }

    private static String decoded(String fragment) {
        try {
            return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return "none";
        }
    }
}
