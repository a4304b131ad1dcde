package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import dev.nexus.broker.http.UnicodeText;
import dev.nexus.contracts.ErrorBody.Detail;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which rule of a schema is violated, in words made of the schema alone: the validator's own messages quote the
 * value, and a member's name that the schema does not declare may itself be the secret, pasted in the wrong place.
 */
final class ViolationText {

    private final Set<String> declared;

    /** The names that the schema declares anywhere; no other is repeated. */
    ViolationText(Set<String> declared) {
        this.declared = Set.copyOf(declared);
    }

    /** The violation to tell; empty for a follow-up of another one. */
    Optional<Detail> of(Error error) {
        String keyword = keyword(error);
        String pointer = safePointer(error.getInstanceLocation());
        @Nullable String property = error.getProperty();
        return switch (keyword) {
            case "required" ->
                Optional.of(new Detail(
                        property == null ? pointer : pointer + "/" + escape(property), keyword, "is required"));
            case "additionalProperties", "unevaluatedProperties" ->
                // A declared member counts as unevaluated once its own rule is violated, and that is told already.
                property != null && declared.contains(property)
                        ? Optional.empty()
                        : Optional.of(unknownMember(pointer));
            default -> Optional.of(new Detail(pointer, keyword, rule(keyword, error.getSchemaNode())));
        };
    }

    /** A string that is not Unicode text; {@code path} leads to it from the credentials. */
    Detail incomplete(List<String> path) {
        StringBuilder pointer = new StringBuilder("/credentials");
        path.stream()
                .takeWhile(declared::contains)
                .forEach(name -> pointer.append('/').append(escape(name)));
        return new Detail(pointer.toString(), UnicodeText.RULE, UnicodeText.MESSAGE);
    }

    static Detail unknownMember(String pointer) {
        return new Detail(pointer, "additionalProperties", "must hold no member that the schema does not name");
    }

    private static String keyword(Error error) {
        @Nullable String keyword = error.getKeyword();
        return keyword == null ? "schema" : keyword;
    }

    /** Describes the rule of a keyword, without the credential's value. */
    static String rule(String keyword, @Nullable JsonNode value) {
        String own = value == null ? "" : value.isTextual() ? value.textValue() : value.toString();
        return switch (keyword) {
            case "type" -> "must be of type " + types(value);
            case "minLength" -> "must be at least " + own + " characters long";
            case "maxLength" -> "must be at most " + own + " characters long";
            case "pattern" -> "must match the pattern " + own;
            case "format" -> "must be of the format " + own;
            case "enum", "const" -> "must be a value that the schema lists";
            case "minimum" -> "must be at least " + own;
            case "maximum" -> "must be at most " + own;
            case "exclusiveMinimum" -> "must be more than " + own;
            case "exclusiveMaximum" -> "must be less than " + own;
            case "multipleOf" -> "must be a multiple of " + own;
            case "minItems", "minProperties" -> "must hold at least " + own;
            case "maxItems", "maxProperties" -> "must hold at most " + own;
            case "uniqueItems" -> "must hold nothing twice";
            default -> "violates the schema's rule " + keyword;
        };
    }

    private static String types(@Nullable JsonNode value) {
        List<String> names = new ArrayList<>();
        if (value != null && value.isArray()) {
            value.forEach(name -> names.add(name.asText()));
        } else if (value != null) {
            names.add(value.asText());
        }
        return String.join(" or ", names);
    }

    private String safePointer(NodePath path) {
        StringBuilder pointer = new StringBuilder("/credentials");
        for (int i = 0; i < path.getNameCount(); i++) {
            Object element = path.getElement(i);
            if (element instanceof String name && !declared.contains(name)) {
                break;
            }
            pointer.append('/').append(escape(element.toString()));
        }
        return pointer.toString();
    }

    /** RFC 6901 pointer of a place in a document that is no secret. */
    static String pointer(NodePath path) {
        StringBuilder pointer = new StringBuilder();
        for (int i = 0; i < path.getNameCount(); i++) {
            pointer.append('/').append(escape(path.getElement(i).toString()));
        }
        return pointer.toString();
    }

    /** RFC 6901, section 3. */
    static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
