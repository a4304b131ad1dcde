package dev.nexus.gateway.apikey;

import dev.nexus.gateway.apikey.ApiKeyEntry.Rate;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

/** A validated entry of the API keys file. */
record KnownKey(ApiKey key, Buffer sha256, Rate rate, Optional<Instant> expiresAt, boolean revoked) {

    /** Whether {@code presented} is this key, not revoked and not expired at {@code now}. Compares in constant time. */
    boolean admits(PresentedKey presented, Instant now) {
        boolean same = MessageDigest.isEqual(sha256.getBytes(), presented.sha256());
        return same && !revoked && expiresAt.map(now::isBefore).orElse(true);
    }
}
