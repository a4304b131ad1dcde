package dev.nexus.broker.cipher;

import io.vertx.core.buffer.Buffer;

/**
 * A sealed value and what made it.
 *
 * @param cipher the implementation's name, {@code local} or {@code transit}
 * @param keyVersion the version or id of the key that sealed it, as that implementation counts
 * @param bytes opaque; never changed after sealing
 */
public record Ciphertext(String cipher, int keyVersion, Buffer bytes) {

    @Override
    public String toString() {
        return "Ciphertext[" + cipher + ":" + keyVersion + "]";
    }
}
