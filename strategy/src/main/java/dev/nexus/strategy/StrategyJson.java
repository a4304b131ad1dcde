package dev.nexus.strategy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Set;

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
        return new ConfigReader(config).strategy(type.textValue());
    }

    /** The JSON text with every default filled in, in a fixed order; what is optional and was not given is absent. */
    public static String write(Strategy strategy) {
        ObjectNode json = JSON.createObjectNode();
        json.put("type", strategy.type());
        ConfigWriter.write(strategy, json.putObject("config"));
        return json.toString();
    }

    static void requireKnown(String parent, JsonNode object, Set<String> known) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                String escaped = name.replace("~", "~0").replace("/", "~1");
                throw new InvalidStrategyException(parent + "/" + escaped, "is not a field of this object");
            }
        }
    }
}
