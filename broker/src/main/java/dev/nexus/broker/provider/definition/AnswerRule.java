package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A rule for the answer to a {@link Probe}. It matches an answer that has the status and meets each condition. It has at
 * least one condition.
 *
 * @param status 200–599
 * @param body a condition for the body, or null
 * @param header a condition for a header, or null
 */
public record AnswerRule(
        int status, @Nullable BodyCondition body, @Nullable HeaderCondition header) {

    /**
     * Requires that the JSON body has a value in a place.
     *
     * @param pointer RFC 6901
     * @param value a string, a whole number or a boolean
     */
    public record BodyCondition(JsonPointer pointer, JsonNode value) {}

    /** Requires that the first header with this name has exactly this value. */
    public record HeaderCondition(String name, String value) {}

    /** Binds the JSON form, whose shape entry.schema.json has checked. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static AnswerRule of(JsonNode json) {
        JsonNode body = json.path("body");
        JsonNode header = json.path("header");
        return new AnswerRule(
                json.path("status").intValue(),
                body.isObject()
                        ? new BodyCondition(
                                JsonPointer.compile(body.path("pointer").textValue()), body.path("value"))
                        : null,
                header.isObject()
                        ? new HeaderCondition(
                                header.path("name").textValue(),
                                header.path("value").textValue())
                        : null);
    }

    @JsonValue
    JsonNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", status);
        if (body != null) {
            json.putObject("body").put("pointer", body.pointer().toString()).set("value", body.value());
        }
        if (header != null) {
            json.putObject("header").put("name", header.name()).put("value", header.value());
        }
        return json;
    }

    /**
     * Returns true if an answer matches this rule.
     *
     * @param headers returns the first value of the header with a name
     * @param json the body, or empty if it was not read or is not JSON. Then no condition for the body is met
     */
    public boolean matches(int answered, Function<String, Optional<String>> headers, Optional<JsonNode> json) {
        return status == answered
                && (header == null
                        || headers.apply(header.name())
                                .filter(header.value()::equals)
                                .isPresent())
                && (body == null
                        || json.filter(tree -> tree.at(body.pointer()).equals(body.value()))
                                .isPresent());
    }
}
