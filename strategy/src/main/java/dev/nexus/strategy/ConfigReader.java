package dev.nexus.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads an object of a strategy's JSON form, strictly. Collects the broken rules. Continues with another value in place
 * of an invalid one, so that the rest is read too.
 */
final class ConfigReader {

    private final String pointer;
    private final JsonNode object;
    private final StrategyProblems rules;

    /**
     * Reads {@code object}. If it is not an object, refuses it and continues with an empty object.
     *
     * @param pointer the place of {@code object} in the strategy
     * @param rules receives the broken rules
     */
    ConfigReader(String pointer, JsonNode object, StrategyProblems rules) {
        this.pointer = pointer;
        this.rules = rules;
        if (!object.isObject()) {
            rules.add(pointer, "must be an object");
        }
        this.object = object.isObject() ? object : JsonNodeFactory.instance.objectNode();
    }

    void refuse(String field, String rule) {
        rules.add(pointer + "/" + field, rule);
    }

    /** Refuses every field that is not in {@code fields}. */
    void known(String... fields) {
        Set<String> known = Set.of(fields);
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                refuse(name.replace("~", "~0").replace("/", "~1"), "is not a field of this object");
            }
        });
    }

    boolean has(String field) {
        return object.has(field);
    }

    JsonNode get(String field) {
        return object.path(field);
    }

    String text(String field, String absent) {
        return has(field) ? text(field) : absent;
    }

    /** Reads a required string. */
    String text(String field) {
        JsonNode value = get(field);
        if (!value.isTextual()) {
            refuse(field, value.isMissingNode() ? "is required" : "must be a string");
        }
        return value.asText("");
    }

    int integer(String field, int absent, String rule) {
        if (has(field) && !get(field).isInt()) {
            refuse(field, rule);
        }
        return get(field).asInt(absent);
    }

    <E extends Enum<E>> E constant(Class<E> type, String field, E absent) {
        return WireName.find(type, text(field, WireName.of(absent))).orElseGet(() -> {
            refuse(
                    field,
                    "must be "
                            + Arrays.stream(type.getEnumConstants())
                                    .map(WireName::of)
                                    .collect(Collectors.joining(" or ")));
            return absent;
        });
    }

    Template template(String field, String absent) {
        try {
            return new Template(text(field, absent));
        } catch (InvalidStrategyException e) {
            refuse(field, e.rule());
            return new Template("");
        }
    }

    /** Reads the required parameter of a strategy. */
    CredentialParameter parameter(String nameField) {
        return new CredentialParameter(text(nameField), text("credential_field", "api_key"));
    }

    List<CredentialParameter> parameters(String field, String nameField) {
        List<CredentialParameter> parameters = new ArrayList<>();
        for (ConfigReader item : items(field)) {
            item.known(nameField, "credential_field");
            parameters.add(new CredentialParameter(item.text(nameField), item.text("credential_field")));
        }
        return parameters;
    }

    List<CredentialHeader> additionalHeaders() {
        List<CredentialHeader> headers = new ArrayList<>();
        for (ConfigReader item : items("additional_headers")) {
            item.known("header_name", "credential_field", "value_prefix");
            headers.add(new CredentialHeader(
                    item.text("header_name"), item.text("credential_field"), item.text("value_prefix", "")));
        }
        return headers;
    }

    private List<ConfigReader> items(String field) {
        if (has(field) && !get(field).isArray()) {
            refuse(field, "must be a list");
        }
        List<ConfigReader> items = new ArrayList<>();
        for (int i = 0; get(field).isArray() && i < get(field).size(); i++) {
            items.add(
                    new ConfigReader(pointer + "/" + field + "/" + i, get(field).get(i), rules));
        }
        return items;
    }

    Map<String, String> staticHeaders() {
        JsonNode given = get("static_headers");
        if (!given.isMissingNode() && !given.isObject()) {
            refuse("static_headers", "must be an object");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : given.properties()) {
            if (!header.getValue().isTextual()) {
                refuse("static_headers", "must contain only strings");
            }
            headers.put(header.getKey(), header.getValue().asText(""));
        }
        return headers;
    }

    /** An unmodifiable copy in the same order. */
    static Map<String, String> ordered(Map<String, String> headers) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
