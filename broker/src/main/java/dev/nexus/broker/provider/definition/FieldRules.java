package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.strategy.Strategy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules for the credential's fields that a definition uses: in its strategy, its hosts and its verification. */
final class FieldRules {

    /** What a stored strategy names although the credential may lack it; a definition that is read and put again has them. */
    private static final Set<String> DEFAULT_OPTIONAL = Set.of("password", "session_token");

    private static final String CONFIG = "/strategy/config";

    private final Optional<SchemaFields> fields;
    private final Problems problems;

    /**
     * The rules for a schema.
     *
     * @param fields empty where the schema cannot be read; nothing is refused then
     */
    FieldRules(Optional<SchemaFields> fields, Problems problems) {
        this.fields = fields;
        this.problems = problems;
    }

    /** Whether the schema can be read. */
    boolean isKnown() {
        return fields.isPresent();
    }

    /** The schema's fields; none if it cannot be read. */
    Set<String> names() {
        return fields.map(SchemaFields::names).orElse(Set.of());
    }

    /** Fields that make a host or a path: without one of them the credential has no address. */
    void checkPlaceholders(String pointer, Set<String> placeholders) {
        fields.ifPresent(schema -> placeholders.forEach(field -> {
            if (checkString(schema, pointer, field) && !schema.isRequired(field)) {
                problems.add(pointer, "holds the field " + shown(field) + ", which credential_schema must require");
            }
        }));
    }

    /** Fields that go into a request. */
    void checkStrategy(Strategy strategy, JsonNode config) {
        fields.ifPresent(schema -> {
            strategy.credentialFields().forEach(field -> checkString(schema, pointer(config, field), field));
            strategy.optionalFields().forEach(field -> {
                if (schema.names().contains(field) || !DEFAULT_OPTIONAL.contains(field)) {
                    checkString(schema, pointer(config, field), field);
                }
            });
        });
    }

    private boolean checkString(SchemaFields schema, String pointer, String field) {
        if (!schema.names().contains(field)) {
            problems.add(pointer, "names the field " + shown(field) + ", which is no property of credential_schema");
            return false;
        }
        if (schema.isNeverString(field)) {
            problems.add(
                    "/credential_schema/properties/" + ViolationText.escape(field),
                    "must be a string, because a request holds the field");
            return false;
        }
        return true;
    }

    /** A field's name that can stand in a message. */
    private static String shown(String field) {
        return field.matches("[A-Za-z0-9_.-]{1,128}") ? field : "that stands there";
    }

    /** Where the configuration names the field; the configuration itself for a default. */
    private static String pointer(JsonNode config, String field) {
        return pointer(CONFIG, config, field).orElse(CONFIG);
    }

    private static Optional<String> pointer(String at, JsonNode node, String field) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String inner = at + "/" + ViolationText.escape(member.getKey());
            String text = member.getValue().asText("");
            boolean names = (member.getKey().endsWith("_field") && text.equals(field))
                    || (member.getKey().endsWith("_template") && text.contains("{" + field + "}"));
            if (names) {
                return Optional.of(inner);
            }
            for (int i = 0; i < member.getValue().size() && member.getValue().isArray(); i++) {
                Optional<String> found =
                        pointer(inner + "/" + i, member.getValue().get(i), field);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
