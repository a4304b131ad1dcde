package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.strategy.Strategy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks the credential fields that a definition's strategy, hosts and verification refer to. */
final class FieldReferenceRules {

    /** Defaults of optional strategy fields. The stored form contains them even if the schema has no such field. */
    private static final Set<String> DEFAULT_OPTIONAL = Set.of("password", "session_token");

    private static final String CONFIG = "/strategy/config";

    private final Optional<SchemaFields> fields;
    private final Problems problems;

    /**
     * Creates the rules for a schema.
     *
     * @param fields the schema's fields, or empty if the schema is unreadable. Then no rule is checked
     */
    FieldReferenceRules(Optional<SchemaFields> fields, Problems problems) {
        this.fields = fields;
        this.problems = problems;
    }

    /** Returns true if the schema is readable. */
    boolean isKnown() {
        return fields.isPresent();
    }

    /** Returns the schema's fields, or none if the schema is unreadable. */
    Set<String> names() {
        return fields.map(SchemaFields::names).orElse(Set.of());
    }

    /** Checks fields in a host or a path. The schema must require them, because the URL is incomplete without them. */
    void checkPlaceholders(String pointer, Set<String> placeholders) {
        fields.ifPresent(schema -> placeholders.forEach(field -> {
            if (checkString(schema, pointer, field) && !schema.isRequired(field)) {
                problems.add(
                        pointer,
                        "contains the field " + printable(field) + ". Add it to required in credential_schema.");
            }
        }));
    }

    /**
     * Checks fields that the strategy sends. The schema must have them, and must allow strings for them. A field of
     * {@link #DEFAULT_OPTIONAL} may be missing.
     */
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
            problems.add(
                    pointer, "names the field " + printable(field) + ", which is not a property of credential_schema");
            return false;
        }
        if (schema.isNeverString(field)) {
            problems.add(
                    "/credential_schema/properties/" + ViolationText.escape(field),
                    "must be a string, because the field is sent in requests");
            return false;
        }
        return true;
    }

    /** Returns the field's name if it can be in a message. */
    private static String printable(String field) {
        return field.matches("[A-Za-z0-9_.-]{1,128}") ? field : "with an unprintable name";
    }

    /** Returns the place of the field's name in the configuration, or the configuration for a default. */
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
