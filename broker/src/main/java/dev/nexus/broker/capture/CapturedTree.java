package dev.nexus.broker.capture;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.strategy.Credential;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Reads a captured JSON object into a tree. Not Jackson's own tree reader, because that fails on numbers which are good
 * JSON ({@code 1E+99999999999}) and would take a moment for those of thousands of digits.
 */
final class CapturedTree {

    /** Levels of objects and arrays in the whole body, its outer object being the first. */
    private static final int MAX_DEPTH = 32;

    private static final int MAX_NUMBER_LENGTH = 1_000;

    /** Longer than any body may be, so that Jackson's own limits never decide; its depth is one beyond ours. */
    private static final int BEYOND_BODY = 1 << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH + 1)
                    .maxNumberLength(BEYOND_BODY)
                    .maxNameLength(BEYOND_BODY)
                    .maxStringLength(BEYOND_BODY)
                    .build())
            // Names are the callers' own: interning and canonicalising them would fill a table that all share.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Stands for a number that is not worth or not capable of being held: beyond every limit of the validation. */
    private static final JsonNode IMMENSE = DecimalNode.valueOf(new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE));

    private CapturedTree() {}

    static JsonParser parser(char[] text) throws IOException {
        return JSON.createParser(text);
    }

    /** The object or array that the parser stands at the beginning of; leaves it at the end. */
    static Credential read(JsonParser json) throws IOException {
        return Credential.of(read(json, 2));
    }

    private static JsonNode read(JsonParser json, int depth) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json, depth);
            case START_ARRAY -> array(json, depth);
            case VALUE_STRING -> NODES.textNode(json.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(json.getText());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("a JSON text has no value of this kind");
        };
    }

    private static ObjectNode object(JsonParser json, int depth) throws IOException {
        requireDepth(json, depth);
        ObjectNode object = NODES.objectNode();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            if (object.has(name)) {
                throw twice(json);
            }
            json.nextToken();
            object.set(name, read(json, depth + 1));
        }
        return object;
    }

    private static ArrayNode array(JsonParser json, int depth) throws IOException {
        requireDepth(json, depth);
        ArrayNode array = NODES.arrayNode();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            array.add(read(json, depth + 1));
        }
        return array;
    }

    private static JsonNode number(String text) {
        if (text.length() > MAX_NUMBER_LENGTH) {
            return IMMENSE;
        }
        boolean whole = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        if (whole) {
            return NODES.numberNode(new BigInteger(text));
        }
        try {
            return DecimalNode.valueOf(new BigDecimal(text));
        } catch (NumberFormatException e) {
            // Good JSON, but its exponent is beyond 32 bits.
            return IMMENSE;
        }
    }

    private static void requireDepth(JsonParser json, int depth) {
        if (depth > MAX_DEPTH) {
            throw invalid("The request body is nested deeper than 32", json.currentTokenLocation());
        }
    }

    static ApiException twice(JsonParser json) {
        return invalid("The request body holds a member name twice in one object", json.currentTokenLocation());
    }

    private static ApiException invalid(String message, JsonLocation at) {
        return new ApiException(
                ErrorCode.INVALID_REQUEST, message + ", line " + at.getLineNr() + ", column " + at.getColumnNr());
    }
}
