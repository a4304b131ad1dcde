package dev.nexus.broker.cipher;

import io.vertx.core.buffer.Buffer;

/**
 * A sealed value and what made it.
 *
 * @param cipher the implementation and, where it has several, the key: {@code local}, {@code transit:nexus}
 * @param keyVersion the version or id of the key that sealed it, as that implementation counts
 * @param bytes opaque; never changed after sealing
 */
public record Ciphertext(String cipher, int keyVersion, Buffer bytes) {

    @Override
    public String toString() {
        return "Ciphertext[" + cipher + ":" + keyVersion + "]";
    }
}
