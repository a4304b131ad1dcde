package dev.nexus.strategy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A header field whose value holds a credential. {@code toString} reveals the name alone. */
public final class SecretHeader {

    private final String name;
    private final String value;

    SecretHeader(String name, String value) {
        this.name = name;
        this.value = value;
    }

    /** The field's name, a token of RFC 9110. */
    public String name() {
        return name;
    }

    /** The field's value, printable ASCII; named so that every place that reveals a secret is found by its name. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretHeader that
                && name.equalsIgnoreCase(that.name)
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), that.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "SecretHeader[" + name + ": ***]";
    }
}
