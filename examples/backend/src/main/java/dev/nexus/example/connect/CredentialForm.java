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
 * A form for a provider's JSON Schema: one field for each property, in the schema's order. It does not validate the
 * values, because Nexus does.
 *
 * <p>This form does not support properties that are objects or lists. The hosted page does.
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

    /** Converts the submitted values to the types of the schema. Omits empty fields. */
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

    /** Returns the value of the schema, for example the number 1 for the submitted text "1". */
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

    /** Returns the fields with the Gateway's error message for each. */
    List<FormField> withErrors(NexusFailure failure) {
        Map<String, String> wrong = failure.details().stream()
                .filter(detail -> detail.pointer().startsWith(AT_CREDENTIALS))
                .collect(Collectors.toMap(CredentialForm::name, NexusFailure.Detail::message, (one, other) -> one));
        Function<FormField, @Nullable String> error = field -> wrong.get(field.name());
        return fields.stream().map(field -> field.withError(error.apply(field))).toList();
    }

    /** Returns the name of the field at a pointer (RFC 6901). */
    private static String name(NexusFailure.Detail detail) {
        String token = detail.pointer().substring(AT_CREDENTIALS.length()).split("/", 2)[0];
        return token.replace("~1", "/").replace("~0", "~");
    }

    @Override
    public String toString() {
        return "CredentialForm" + properties.keySet();
    }
}
