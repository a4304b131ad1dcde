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
 * Reads a captured JSON object into a tree. Jackson's tree reader is not used: it fails on valid JSON numbers such as
 * {@code 1E+99999999999}, and is slow for numbers with thousands of digits.
 */
final class CapturedTree {

    /** The maximum nesting level in the body. The outer object is level 1. */
    private static final int MAX_DEPTH = 32;

    private static final int MAX_NUMBER_LENGTH = 1_000;

    /**
     * Larger than any body, so that Jackson's own limits of lengths never apply. Jackson's limit of the depth is one
     * more than {@link #MAX_DEPTH} and does not apply either.
     */
    private static final int LARGER_THAN_BODY = 1 << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH + 1)
                    .maxNumberLength(LARGER_THAN_BODY)
                    .maxNameLength(LARGER_THAN_BODY)
                    .maxStringLength(LARGER_THAN_BODY)
                    .build())
            // Callers choose the names. Interning and canonicalizing would fill a table that all callers share.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /**
     * Replaces a number that is too long or does not fit into a BigDecimal. The validation always rejects the
     * replacement.
     */
    private static final JsonNode OUT_OF_RANGE = DecimalNode.valueOf(new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE));

    private CapturedTree() {}

    static JsonParser parser(char[] text) throws IOException {
        return JSON.createParser(text);
    }

    /** Reads the object or array that begins at the parser's current token, and leaves the parser at its end. */
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
                throw duplicateMember(json);
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
            return OUT_OF_RANGE;
        }
        boolean whole = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        if (whole) {
            return NODES.numberNode(new BigInteger(text));
        }
        try {
            return DecimalNode.valueOf(new BigDecimal(text));
        } catch (NumberFormatException e) {
            // The number is valid JSON, but its exponent does not fit into 32 bits.
            return OUT_OF_RANGE;
        }
    }

    private static void requireDepth(JsonParser json, int depth) {
        if (depth > MAX_DEPTH) {
            throw invalid("The request body is nested deeper than 32 levels", json.currentTokenLocation());
        }
    }

    static ApiException duplicateMember(JsonParser json) {
        return invalid("The request body has a member name twice in one object", json.currentTokenLocation());
    }

    private static ApiException invalid(String message, JsonLocation at) {
        return new ApiException(
                ErrorCode.INVALID_REQUEST, message + ", line " + at.getLineNr() + ", column " + at.getColumnNr());
    }
}
