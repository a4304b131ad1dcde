package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.strategy.Credential;
import java.util.Map;

/**
 * How much of a credential there is to check.
 *
 * @param weight its JSON values, a long text or number counted several times: what checking one of them costs a rule
 * @param characters all its texts and names together
 */
record CredentialSize(long weight, long characters) {

    /** Characters that a rule such as maxLength counts in the time that it takes besides. */
    private static final int CHARACTERS_PER_VALUE = 512;

    /** Numbers up to this many bits are those of Java's own types. */
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

    /** Dividing takes a time proportional to the square of the digits, those of an exponent written out included. */
    private static CredentialSize number(int bits, int scale) {
        long words = bits / PLAIN_BITS + Math.abs((long) scale) / 20;
        return new CredentialSize(1 + words * words / 16, 0);
    }

    private CredentialSize plus(CredentialSize other) {
        return new CredentialSize(weight + other.weight, characters + other.characters);
    }
}
