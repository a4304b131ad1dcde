package dev.nexus.gateway.apikey;

import dev.nexus.gateway.apikey.ApiKeyEntry.Rate;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

/**
 * An API key with its hash, rate, expiry and revocation. It is a valid entry of the API keys file. {@link ApiKeys} also
 * has one dummy: a key with an unknown id is compared with it, so that the check takes the same time.
 */
record KnownKey(ApiKey key, Buffer sha256, Rate rate, Optional<Instant> expiresAt, boolean revoked) {

    /**
     * Returns true if {@code presented} is this key, and the key is neither revoked nor expired at {@code now}.
     * Compares the hashes in constant time.
     */
    boolean admits(PresentedKey presented, Instant now) {
        boolean same = MessageDigest.isEqual(sha256.getBytes(), presented.sha256());
        return same && !revoked && expiresAt.map(now::isBefore).orElse(true);
    }
}
