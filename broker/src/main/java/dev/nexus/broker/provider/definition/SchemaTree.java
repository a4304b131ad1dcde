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

/** Indexes the sub-schemas of a credential schema by RFC 6901 pointer, and resolves its references. */
final class SchemaTree {

    private final Map<String, JsonNode> schemas = new LinkedHashMap<>();
    private final Map<String, List<SubSchema>> subSchemas = new HashMap<>();
    private final Map<String, String> anchors = new HashMap<>();

    SchemaTree(JsonNode root) {
        add("", root);
    }

    private void add(String pointer, JsonNode schema) {
        if (schemas.size() > SchemaCost.MAX_SUB_SCHEMAS) {
            // SchemaCost rejects the schema. The pointers of the remaining sub-schemas could fill the heap.
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

    /** Returns all sub-schemas by pointer, parents before children. */
    Map<String, JsonNode> schemas() {
        return schemas;
    }

    JsonNode at(String pointer) {
        return schemas.getOrDefault(pointer, MissingNode.getInstance());
    }

    /**
     * Returns the direct sub-schemas of the schema at {@code pointer}. Their pointers can be long, and are stored only
     * once.
     */
    List<SubSchema> subSchemas(String pointer) {
        return subSchemas.getOrDefault(pointer, List.of());
    }

    /**
     * Returns the pointer of the target of {@code $ref} or {@code $dynamicRef}. Both have the same meaning here: the
     * whole schema is one resource, so an anchor is unique in it.
     *
     * @return empty if the schema has no such reference, or its target is not a sub-schema
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
