package dev.nexus.example.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nexus.example.nexus.NexusFailure;
import dev.nexus.example.page.FormField;
import jakarta.ws.rs.core.MultivaluedMap;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The form that a provider's JSON Schema asks for: a field for each property, in the schema's order. Whether the values
 * are right is for the Gateway to say; asking it is cheaper than a second opinion that differs.
 *
 * <p>A schema whose properties hold objects or lists needs more than this form; Nexus's own page draws those too.
 */
record CredentialForm(List<FormField> fields, Map<String, JsonNode> properties) {

    private static final String AT_CREDENTIALS = "/credentials/";

    static CredentialForm of(JsonNode schema) {
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        List<FormField> fields = new ArrayList<>();
        Map<String, JsonNode> properties = new LinkedHashMap<>();
        schema.path("properties").properties().forEach(property -> {
            properties.put(property.getKey(), property.getValue());
            fields.add(field(
                    properties.size(), property.getKey(), property.getValue(), required.contains(property.getKey())));
        });
        return new CredentialForm(List.copyOf(fields), properties);
    }

    private static FormField field(int number, String name, JsonNode property, boolean required) {
        List<String> choices = new ArrayList<>();
        property.path("enum").forEach(choice -> choices.add(choice.asText()));
        String title = property.path("title").asText("");
        return new FormField(
                number,
                name,
                title.isBlank() ? name : title,
                property.path("description").isTextual()
                        ? property.path("description").asText()
                        : null,
                kind(property),
                required,
                choices,
                null);
    }

    private static FormField.Kind kind(JsonNode property) {
        if (property.has("enum")) {
            return FormField.Kind.CHOICE;
        }
        return switch (property.path("type").asText()) {
            case "boolean" -> FormField.Kind.SWITCH;
            case "number", "integer" -> FormField.Kind.NUMBER;
            default ->
                property.path("format").asText().equals("password") ? FormField.Kind.MASKED : FormField.Kind.TEXT;
        };
    }

    /** What was typed, as the schema's types have it. A field that was left empty is left out. */
    Map<String, Object> read(MultivaluedMap<String, String> form) {
        Map<String, Object> credentials = new LinkedHashMap<>();
        for (FormField field : fields) {
            String typed = form.getFirst(field.parameter());
            if (field.kind() == FormField.Kind.SWITCH) {
                credentials.put(field.name(), typed != null);
            } else if (typed != null && !typed.isEmpty()) {
                credentials.put(field.name(), value(field, typed));
            }
        }
        return credentials;
    }

    private Object value(FormField field, String typed) {
        return switch (field.kind()) {
            case CHOICE -> choice(field, typed);
            case NUMBER -> number(typed);
            case TEXT, MASKED, SWITCH -> typed;
        };
    }

    /** The schema's own value: 1, where the page shows a "1". */
    private Object choice(FormField field, String typed) {
        for (JsonNode choice :
                properties.getOrDefault(field.name(), MissingNode.getInstance()).path("enum")) {
            if (choice.asText().equals(typed)) {
                return choice;
            }
        }
        return typed;
    }

    private static Object number(String typed) {
        try {
            return new BigDecimal(typed.strip());
        } catch (NumberFormatException none) {
            return typed;
        }
    }

    /** The fields with what the Gateway says is wrong with each. */
    List<FormField> refused(NexusFailure failure) {
        Map<String, String> wrong = failure.details().stream()
                .filter(detail -> detail.pointer().startsWith(AT_CREDENTIALS))
                .collect(Collectors.toMap(CredentialForm::name, NexusFailure.Detail::message, (one, other) -> one));
        Function<FormField, @Nullable String> error = field -> wrong.get(field.name());
        return fields.stream().map(field -> field.withError(error.apply(field))).toList();
    }

    /** The member that a pointer leads to, RFC 6901. */
    private static String name(NexusFailure.Detail detail) {
        String token = detail.pointer().substring(AT_CREDENTIALS.length()).split("/", 2)[0];
        return token.replace("~1", "/").replace("~0", "~");
    }

    /** Without the schema. */
    @Override
    public String toString() {
        return "CredentialForm" + properties.keySet();
    }
}
