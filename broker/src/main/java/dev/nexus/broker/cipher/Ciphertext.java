package dev.nexus.broker.cipher;

import io.vertx.core.buffer.Buffer;

/**
 * An encrypted value and its key.
 *
 * @param cipher the implementation, followed by the name of the key if the implementation has several keys:
 *     {@code local} or {@code transit:nexus}
 * @param keyVersion the version of the key in Vault, or the id of the key in the local keyset
 * @param bytes opaque; never changed after encryption
 */
public record Ciphertext(String cipher, int keyVersion, Buffer bytes) {

    @Override
    public String toString() {
        return "Ciphertext[" + cipher + ":" + keyVersion + "]";
    }
}
