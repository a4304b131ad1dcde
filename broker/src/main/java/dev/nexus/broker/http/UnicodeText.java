package dev.nexus.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rejects text with half of a surrogate pair. JSON can contain such a half as an escape, for example {@code "\ud800"}
 * (RFC 8259, section 8.2), but UTF-8 cannot encode it. Encoders write a question mark instead, so Nexus would store a
 * different value than the caller sent.
 */
public final class UnicodeText {

    /** The rule's name in the details of an error. */
    public static final String RULE = "unicode";

    /** The rule's text in an error message. */
    public static final String MESSAGE =
            "must be Unicode text: an escaped surrogate such as \\ud800 must be followed by its other half";

    private UnicodeText() {}

    /**
     * Decodes a request body.
     *
     * @throws CharacterCodingException if it is not UTF-8 as RFC 3629 defines it: overlong forms, encoded surrogates
     *     and other charsets are rejected
     */
    public static String decode(byte[] body) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    }

    /** Returns true if {@code text} has no unpaired surrogate. */
    public static boolean isComplete(String text) {
        return text.codePoints().noneMatch(character -> Character.getType(character) == Character.SURROGATE);
    }

    /**
     * Returns the path to the first string with an unpaired surrogate, or empty if no string has one. If the name of a
     * member has one, returns the path to the object that contains the member.
     */
    public static Optional<List<String>> firstIncomplete(JsonNode tree) {
        List<String> path = new ArrayList<>();
        return find(tree, path) ? Optional.of(List.copyOf(path)) : Optional.empty();
    }

    private static boolean find(JsonNode node, List<String> path) {
        if (node.isTextual()) {
            return !isComplete(node.textValue());
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (!isComplete(member.getKey()) || findBelow(member.getKey(), member.getValue(), path)) {
                return true;
            }
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            if (findBelow(String.valueOf(i), node.get(i), path)) {
                return true;
            }
        }
        return false;
    }

    private static boolean findBelow(String step, JsonNode node, List<String> path) {
        path.add(step);
        if (find(node, path)) {
            return true;
        }
        path.remove(path.size() - 1);
        return false;
    }
}
