package dev.nexus.broker.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nexus.broker.provider.definition.HostTemplate;
import dev.nexus.broker.provider.definition.PageHints;
import dev.nexus.broker.provider.definition.PageHints.FieldHint;
import dev.nexus.contracts.PresentedField;
import dev.nexus.strategy.Strategy;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides how the hosted page shows the properties of a credential schema, from the provider's hints, strategy and base
 * URL.
 */
final class FieldPresentation {

    private static final JsonMapper JSON = new JsonMapper();
    private static final FieldHint NO_HINT = new FieldHint(null, null, null, false, false);

    private final PageHints hints;
    private final JsonNode properties;
    private final Strategy strategy;
    private final @Nullable String baseUrl;

    FieldPresentation(PageHints hints, PresentedConnection connection, Strategy strategy) {
        this.hints = hints;
        this.properties = tree(connection.schema()).path("properties");
        this.strategy = strategy;
        this.baseUrl = connection.version().baseUrl();
    }

    /**
     * Returns the presentation of each property by its name. Omits a property for which the page uses only the schema.
     */
    Map<String, PresentedField> fields() {
        Set<String> secrets = secrets();
        Map<String, PresentedField> fields = new LinkedHashMap<>();
        properties.fieldNames().forEachRemaining(name -> {
            FieldHint hint = hints.fields().getOrDefault(name, NO_HINT);
            String suffix = suffix(name).orElse(null);
            boolean secret = hint.secret() || secrets.contains(name);
            boolean mayBeEmpty = strategy.emptiableFields().contains(name);
            if (!hint.equals(NO_HINT) || suffix != null || secret || mayBeEmpty) {
                fields.put(
                        name,
                        new PresentedField(
                                hint.title(), hint.help(), hint.link(), suffix, hint.multiline(), secret, mayBeEmpty));
            }
        });
        return fields;
    }

    /**
     * Returns the secret fields of the strategy. Omits a field that the schema already marks as secret. If neither the
     * strategy nor the schema names a secret property, returns all fields of the strategy.
     */
    private Set<String> secrets() {
        Set<String> secrets = new LinkedHashSet<>();
        strategy.secretFields().stream()
                .filter(name -> properties.has(name) && !isMarkedSecret(properties.path(name)))
                .forEach(secrets::add);
        if (!secrets.isEmpty()) {
            return secrets;
        }
        for (JsonNode property : properties) {
            if (isMarkedSecret(property)) {
                return secrets;
            }
        }
        // For example, with HTTP Basic authentication the key can be the user name, and the schema has no password.
        return strategy.credentialFields();
    }

    private static boolean isMarkedSecret(JsonNode property) {
        return property.path("format").asText().equals("password")
                || property.path("writeOnly").asBoolean();
    }

    /**
     * Returns the rest of the base URL's host if the host begins with the placeholder of {@code name} and has no other
     * placeholder, and if the strategy does not use this field.
     */
    private Optional<String> suffix(String name) {
        String start = "https://{" + name + "}";
        if (baseUrl == null
                || !baseUrl.startsWith(start)
                || strategy.credentialFields().contains(name)) {
            return Optional.empty();
        }
        String rest = baseUrl.substring(start.length());
        String host = rest.split("[:/]", 2)[0];
        return HostTemplate.fields(host).isEmpty() ? Optional.of(host) : Optional.empty();
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored schema is not JSON");
        }
    }
}
