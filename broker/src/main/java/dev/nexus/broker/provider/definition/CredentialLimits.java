package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.contracts.ErrorBody.Detail;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The limits for all credentials, independent of the schema. A string or member name has at most 16 KiB in UTF-8. A
 * number has at most 1,000 digits and a decimal exponent between -1,000 and 1,000. Larger numbers need much more time
 * and memory in the validator than their length suggests: {@code 1E+999999999} is a gigabyte of digits.
 */
final class CredentialLimits {

    private static final int MAX_STRING_BYTES = 16 * 1024;
    private static final int MAX_NUMBER = 1_000;

    private static final Detail STRING =
            new Detail("/credentials", "maxBytes", "must not contain a string over 16 KiB");
    private static final Detail NUMBER = new Detail(
            "/credentials",
            "numberRange",
            "must not contain a number of more than 1,000 digits or with an exponent beyond 1,000");

    private CredentialLimits() {}

    /**
     * Returns at most one violation. The violation points to the credentials as a whole, because the caller chose the
     * names of the members below.
     */
    static List<Detail> violations(JsonNode node) {
        if (node.isTextual()) {
            return isTooLong(node.textValue()) ? List.of(STRING) : List.of();
        }
        if (node.isNumber()) {
            return exceedsLimits(node) ? List.of(NUMBER) : List.of();
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            List<Detail> found = isTooLong(member.getKey()) ? List.of(STRING) : violations(member.getValue());
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

    private static boolean isTooLong(String text) {
        return text.length() > MAX_STRING_BYTES
                || (text.length() > MAX_STRING_BYTES / 3
                        && text.getBytes(StandardCharsets.UTF_8).length > MAX_STRING_BYTES);
    }

    private static boolean exceedsLimits(JsonNode node) {
        if (node.isBigInteger()) {
            // 1,000 decimal digits need 3,322 bits. Bits are cheap to count, and digits are not.
            return node.bigIntegerValue().bitLength() > 3_322;
        }
        if (!node.isBigDecimal()) {
            return false;
        }
        BigDecimal number = node.decimalValue();
        return number.unscaledValue().bitLength() > 3_322 || Math.abs((long) number.scale()) > MAX_NUMBER;
    }
}
