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
 * Describes a violated rule of a schema, without text from the credential. The validator's own messages quote the
 * value. The name of an undeclared member is also omitted, because it can be a secret that a user pasted into the wrong
 * place.
 */
final class ViolationText {

    private final Set<String> declared;

    /** @param declared all names that the schema declares. Texts contain no other names */
    ViolationText(Set<String> declared) {
        this.declared = Set.copyOf(declared);
    }

    /** Returns the violation, or empty if the error only follows from another violation. */
    Optional<Detail> of(Error error) {
        String keyword = keyword(error);
        String pointer = safePointer(error.getInstanceLocation());
        @Nullable String property = error.getProperty();
        return switch (keyword) {
            case "required" ->
                Optional.of(new Detail(
                        property == null ? pointer : pointer + "/" + escape(property), keyword, "is required"));
            case "additionalProperties", "unevaluatedProperties" ->
                // The validator also reports a declared member as unevaluated if the member violates another rule.
                property != null && declared.contains(property)
                        ? Optional.empty()
                        : Optional.of(unknownMember(pointer));
            default -> Optional.of(new Detail(pointer, keyword, rule(keyword, error.getSchemaNode())));
        };
    }

    /** Describes an incomplete Unicode string at {@code path} below the credentials. */
    Detail incomplete(List<String> path) {
        StringBuilder pointer = new StringBuilder("/credentials");
        path.stream()
                .takeWhile(declared::contains)
                .forEach(name -> pointer.append('/').append(escape(name)));
        return new Detail(pointer.toString(), UnicodeText.RULE, UnicodeText.MESSAGE);
    }

    static Detail unknownMember(String pointer) {
        return new Detail(
                pointer, "additionalProperties", "must not contain a member that the schema does not declare");
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
            case "minItems", "minProperties" -> "must contain at least " + own;
            case "maxItems", "maxProperties" -> "must contain at most " + own;
            case "uniqueItems" -> "must not contain duplicates";
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

    /** Returns the RFC 6901 pointer of a place in a document without secrets. */
    static String pointer(NodePath path) {
        StringBuilder pointer = new StringBuilder();
        for (int i = 0; i < path.getNameCount(); i++) {
            pointer.append('/').append(escape(path.getElement(i).toString()));
        }
        return pointer.toString();
    }

    /** Escapes a name for a pointer (RFC 6901, section 3). */
    static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
