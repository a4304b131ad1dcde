package dev.nexus.broker.cipher;

import io.vertx.core.buffer.Buffer;

/**
 * An encrypted value and its key.
 *
 * @param cipher the implementation, followed by the name of the key if it has several: {@code local},
 *     {@code transit:nexus}
 * @param keyVersion the version or id of the key, as the implementation counts
 * @param bytes opaque; never changed after encryption
 */
public record Ciphertext(String cipher, int keyVersion, Buffer bytes) {

    @Override
    public String toString() {
        return "Ciphertext[" + cipher + ":" + keyVersion + "]";
    }
}
