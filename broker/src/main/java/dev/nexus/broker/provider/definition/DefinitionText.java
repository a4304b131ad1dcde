package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import dev.nexus.broker.provider.definition.Problems.Problem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Describes the rule of entry.schema.json that a definition breaks. Most texts come from the schema: the {@code
 * errorMessage} of the broken rule, or the {@code x-unknown} of the object with an unknown field. A text never quotes a
 * value.
 */
final class DefinitionText {

    private static final String MESSAGE = "errorMessage";

    private final JsonNode document;

    DefinitionText(JsonNode document) {
        this.document = document;
    }

    Problem of(Error error) {
        @Nullable String keyword = error.getKeyword();
        @Nullable String property = error.getProperty();
        String at = ViolationText.pointer(error.getInstanceLocation())
                + (property == null ? "" : "/" + ViolationText.escape(property));
        JsonPointer place = JsonPointer.compile(
                        ViolationText.pointer(error.getSchemaLocation().getFragment()))
                .head();
        JsonNode holder = document.at(place);
        return switch (keyword == null ? "" : keyword) {
            case "required" -> new Problem(at, "is required");
            case "additionalProperties" ->
                new Problem(at, holder.path("x-unknown").asText("is not a field of this object"));
            case "propertyNames" ->
                new Problem(at, holder.path(keyword).path(MESSAGE).asText("has a name that is not allowed"));
            case "type" ->
                typeRule(holder.path("type").asText())
                        .map(rule -> new Problem(at, rule))
                        .orElseGet(() -> errorMessage(at, place, error));
            default -> errorMessage(at, place, error);
        };
    }

    /** Returns the rule for a type that needs no {@code errorMessage}. */
    private static Optional<String> typeRule(String type) {
        return switch (type) {
            case "string" -> Optional.of("must be a string");
            case "object" -> Optional.of("must be an object");
            case "boolean" -> Optional.of("must be true or false");
            default -> Optional.empty();
        };
    }

    /**
     * Returns the {@code errorMessage} of the broken rule. If the items of a list have none, uses the {@code
     * errorMessage} of the list. If the list has none either, describes the rule of the keyword.
     */
    private Problem errorMessage(String at, JsonPointer place, Error error) {
        String pointer = at;
        JsonPointer schema = place;
        while (!document.at(schema).has(MESSAGE) && "items".equals(last(schema))) {
            pointer = pointer.substring(0, pointer.lastIndexOf('/'));
            schema = schema.head();
        }
        JsonNode message = document.at(schema).path(MESSAGE);
        return message.isTextual()
                ? new Problem(pointer, message.textValue())
                : new Problem(at, ViolationText.rule(String.valueOf(error.getKeyword()), error.getSchemaNode()));
    }

    private static @Nullable String last(JsonPointer schema) {
        return schema.matches() ? null : schema.last().getMatchingProperty();
    }
}
