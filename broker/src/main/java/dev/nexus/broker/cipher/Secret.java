package dev.nexus.broker.cipher;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;

/**
 * Bytes that must not be printed: a plaintext credential or key. {@code toString} reveals nothing, not even the length.
 * {@code equals} takes constant time for a given length.
 */
public final class Secret {

    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Wraps {@code bytes} without a copy. The caller must not change them afterwards. */
    public static Secret of(byte[] bytes) {
        return new Secret(bytes);
    }

    /** Returns the bytes without a copy. The caller must not change them. The name makes each use easy to find. */
    public byte[] reveal() {
        return bytes;
    }

    /** Appends the bytes to {@code out}. */
    public void writeTo(ByteArrayOutputStream out) {
        out.writeBytes(bytes);
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
