package dev.nexus.strategy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the JSON form of a strategy: {@code {"type": …, "config": {…}}}. An absent field has its default
 * value. Null is refused. An unknown field is refused, because with a misspelt field, the credential could be sent in
 * the wrong place. The written text has the fields in a fixed order, with defaults. Texts can therefore be compared.
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
     * @throws InvalidStrategyException if the text is not JSON, has a duplicate key or breaks a rule of the form
     */
    public static Strategy parse(String json) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidStrategyException("", "must be one JSON object without duplicate keys");
        }
        return parse(node);
    }

    /**
     * Reads a strategy.
     *
     * @throws InvalidStrategyException with every unknown type or field, and every field with an invalid type or form
     */
    public static Strategy parse(JsonNode strategy) {
        StrategyProblems rules = new StrategyProblems();
        ConfigReader members = new ConfigReader("", strategy, rules);
        members.known("type", "config");
        if (!members.get("type").isTextual()) {
            members.refuse("type", "must be a string");
        }
        JsonNode config = members.has("config") ? members.get("config") : JSON.createObjectNode();
        ConfigReader reader = new ConfigReader("/config", config, rules);
        try {
            Strategy read = type(members.get("type").asText()).read(reader);
            rules.enforce();
            return read;
        } catch (InvalidStrategyException e) {
            rules.addAll(e);
        }
        rules.enforce();
        throw new AssertionError("An exception of a strategy names a rule");
    }

    private static StrategyType type(String wire) {
        return WireName.find(StrategyType.class, wire)
                .orElseThrow(() -> new InvalidStrategyException("/type", "must be " + StrategyType.names()));
    }

    /** Returns the JSON text. {@link Strategy#write} defines the fields, their order and the omitted fields. */
    public static String write(Strategy strategy) {
        ObjectNode json = JSON.createObjectNode();
        json.put("type", strategy.type());
        strategy.write(new ConfigWriter(json.putObject("config")));
        return json.toString();
    }
}
