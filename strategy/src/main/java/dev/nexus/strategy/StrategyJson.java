package dev.nexus.strategy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of a strategy: {@code {"type": …, "config": {…}}}. Reading is strict, because a misspelt field that fell
 * back to its default would send the credential in the wrong place; only an absent field takes its default. Writing fills
 * in every default, in a fixed order, so that equal strategies have equal texts.
 */
public final class StrategyJson {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrategyJson() {}

    /**
     * Reads a strategy.
     *
     * @throws InvalidStrategyException where the text is not JSON, has a key twice or breaks a rule of the form
     */
    public static Strategy parse(String json) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidStrategyException("", "must be one JSON object without a key twice");
        }
        return parse(node);
    }

    /**
     * Reads a strategy.
     *
     * @throws InvalidStrategyException for an unknown type, an unknown field or a field of the wrong type or form
     */
    public static Strategy parse(JsonNode strategy) {
        if (!strategy.isObject()) {
            throw new InvalidStrategyException("", "must be an object");
        }
        requireKnown("", strategy, Set.of("type", "config"));
        JsonNode type = strategy.path("type");
        if (!type.isTextual()) {
            throw new InvalidStrategyException("/type", "must be a string");
        }
        JsonNode config = strategy.has("config") ? strategy.get("config") : JSON.createObjectNode();
        if (!config.isObject()) {
            throw new InvalidStrategyException("/config", "must be an object");
        }
        return switch (type.textValue()) {
            case Strategy.Header.TYPE -> header(config);
            case Strategy.BasicAuth.TYPE -> basicAuth(config);
            default -> throw new InvalidStrategyException("/type", "must be header or basic_auth");
        };
    }

    /** The JSON text with every default filled in: {@code type}, then {@code config} in the order of the components. */
    public static String write(Strategy strategy) {
        ObjectNode json = JSON.createObjectNode();
        json.put("type", strategy.type());
        ObjectNode config = json.putObject("config");
        if (strategy instanceof Strategy.Header header) {
            config.put("header_name", header.headerName());
            config.put("credential_field", header.credentialField());
            config.put("value_prefix", header.valuePrefix());
        } else if (strategy instanceof Strategy.BasicAuth basic) {
            config.put("username_field", basic.usernameField());
            config.put("password_field", basic.passwordField());
        }
        return json.toString();
    }

    private static Strategy header(JsonNode config) {
        requireKnown("/config", config, Set.of("header_name", "credential_field", "value_prefix"));
        return new Strategy.Header(
                text(config, "header_name", "Authorization"),
                text(config, "credential_field", "api_key"),
                text(config, "value_prefix", ""));
    }

    private static Strategy basicAuth(JsonNode config) {
        requireKnown("/config", config, Set.of("username_field", "password_field"));
        return new Strategy.BasicAuth(
                text(config, "username_field", "username"), text(config, "password_field", "password"));
    }

    private static String text(JsonNode config, String field, String absent) {
        @Nullable JsonNode value = config.get(field);
        if (value == null) {
            return absent;
        }
        if (!value.isTextual()) {
            throw new InvalidStrategyException("/config/" + field, "must be a string");
        }
        return value.textValue();
    }

    private static void requireKnown(String parent, JsonNode object, Set<String> known) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                String escaped = name.replace("~", "~0").replace("/", "~1");
                throw new InvalidStrategyException(parent + "/" + escaped, "is not a field of this object");
            }
        }
    }
}
