package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.strategy.Credential;
import java.util.Map;

/**
 * The size of a credential. {@link CredentialSchema} computes the maximum cost of a validation from it.
 *
 * @param weight the number of JSON values. A long string, member name or number counts as several values, because its
 *     validation takes longer
 * @param characters the number of UTF-16 units in all strings and member names
 */
record CredentialSize(long weight, long characters) {

    /** Counting this many characters, as maxLength does, takes as long as the other checks of one value. */
    private static final int CHARACTERS_PER_VALUE = 512;

    /** The number of bits in a long. Larger numbers need arbitrary-precision arithmetic, which is slower. */
    private static final int BITS_PER_WORD = 64;

    static CredentialSize of(Credential credential) {
        return of(credential.reveal());
    }

    private static CredentialSize of(JsonNode node) {
        CredentialSize size = withoutChildren(node);
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            size = size.plus(of(member.getValue())).plus(text(member.getKey().length(), 0));
        }
        if (node.isArray()) {
            for (JsonNode item : node) {
                size = size.plus(of(item));
            }
        }
        return size;
    }

    private static CredentialSize withoutChildren(JsonNode node) {
        if (node.isTextual()) {
            return text(node.textValue().length(), 1);
        }
        if (node.isBigInteger()) {
            return number(node.bigIntegerValue().bitLength(), 0);
        }
        if (node.isBigDecimal()) {
            return number(
                    node.decimalValue().unscaledValue().bitLength(),
                    node.decimalValue().scale());
        }
        return new CredentialSize(1, 0);
    }

    private static CredentialSize text(int length, int baseWeight) {
        return new CredentialSize(baseWeight + length / CHARACTERS_PER_VALUE, length);
    }

    /**
     * A division, as in multipleOf, takes a time that grows with the square of the number of digits. A decimal exponent
     * adds digits, and one word holds about 20 digits.
     */
    private static CredentialSize number(int bits, int scale) {
        long words = bits / BITS_PER_WORD + Math.abs((long) scale) / 20;
        return new CredentialSize(1 + words * words / 16, 0);
    }

    private CredentialSize plus(CredentialSize other) {
        return new CredentialSize(weight + other.weight, characters + other.characters);
    }
}
