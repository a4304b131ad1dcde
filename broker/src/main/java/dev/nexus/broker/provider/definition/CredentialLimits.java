package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.contracts.ErrorBody.Detail;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What no credential may hold, whatever its schema says: a string or member name of more than 16 KiB in UTF-8, or a
 * number of more than 1,000 digits or with a decimal exponent beyond ±1,000. The latter two cost the validator time and
 * memory out of proportion to their length: {@code 1E+999999999} is a gigabyte of digits.
 */
final class CredentialLimits {

    private static final int MAX_STRING_BYTES = 16 * 1024;
    private static final int MAX_NUMBER = 1_000;

    private static final Detail STRING = new Detail("/credentials", "maxBytes", "must hold no string over 16 KiB");
    private static final Detail NUMBER = new Detail(
            "/credentials",
            "numberRange",
            "must hold no number of more than 1,000 digits or with an exponent beyond 1,000");

    private CredentialLimits() {}

    /** At most one entry. It points at the credentials as a whole, for names below it are the caller's. */
    static List<Detail> violations(JsonNode node) {
        if (node.isTextual()) {
            return tooLong(node.textValue()) ? List.of(STRING) : List.of();
        }
        if (node.isNumber()) {
            return beyond(node) ? List.of(NUMBER) : List.of();
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            List<Detail> found = tooLong(member.getKey()) ? List.of(STRING) : violations(member.getValue());
            if (!found.isEmpty()) {
                return found;
            }
        }
        if (node.isArray()) {
            for (JsonNode item : node) {
                List<Detail> found = violations(item);
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return List.of();
    }

    private static boolean tooLong(String text) {
        return text.length() > MAX_STRING_BYTES
                || (text.length() > MAX_STRING_BYTES / 3
                        && text.getBytes(StandardCharsets.UTF_8).length > MAX_STRING_BYTES);
    }

    private static boolean beyond(JsonNode node) {
        if (node.isBigInteger()) {
            // 1,000 decimal digits need 3,322 bits; counting bits is cheap, counting digits is not.
            return node.bigIntegerValue().bitLength() > 3_322;
        }
        if (!node.isBigDecimal()) {
            return false;
        }
        BigDecimal number = node.decimalValue();
        return number.unscaledValue().bitLength() > 3_322 || Math.abs((long) number.scale()) > MAX_NUMBER;
    }
}
