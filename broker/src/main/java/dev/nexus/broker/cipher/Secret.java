package dev.nexus.broker.cipher;

import java.security.MessageDigest;

/**
 * Bytes that must not be printed: a plaintext credential or key. {@code toString} reveals nothing, not even the length,
 * and {@code equals} takes the same time for any content of one length.
 */
public final class Secret {

    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Wraps a copy of {@code bytes}. */
    public static Secret of(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /** A copy of the bytes: named so that every place that reveals a secret is found by its name. */
    public byte[] reveal() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "Secret[***]";
    }
}
