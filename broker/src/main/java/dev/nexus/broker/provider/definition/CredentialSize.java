package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.strategy.Credential;
import java.util.Map;

/**
 * The size of a credential, from which {@link CredentialSchema} computes the cost of its check.
 *
 * @param weight the number of its JSON values. A long text or number counts several times, because its check takes
 *     longer
 * @param characters the number of characters in all texts and names
 */
record CredentialSize(long weight, long characters) {

    /** A rule such as maxLength counts this many characters in the time that the rest of its check takes. */
    private static final int CHARACTERS_PER_VALUE = 512;

    /** The size of Java's long. Larger numbers are slower. */
    private static final int PLAIN_BITS = 64;

    static CredentialSize of(Credential credential) {
        return of(credential.reveal());
    }

    private static CredentialSize of(JsonNode node) {
        CredentialSize size = own(node);
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

    private static CredentialSize own(JsonNode node) {
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

    private static CredentialSize text(int length, int value) {
        return new CredentialSize(value + length / CHARACTERS_PER_VALUE, length);
    }

    /** The time of a division grows with the square of the number of digits. An exponent adds digits. */
    private static CredentialSize number(int bits, int scale) {
        long words = bits / PLAIN_BITS + Math.abs((long) scale) / 20;
        return new CredentialSize(1 + words * words / 16, 0);
    }

    private CredentialSize plus(CredentialSize other) {
        return new CredentialSize(weight + other.weight, characters + other.characters);
    }
}
