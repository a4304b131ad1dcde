package dev.nexus.gateway.apikey;

import dev.nexus.gateway.apikey.ApiKeyEntry.Rate;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

/** A checked entry of the file: what a presented key is held against. */
record KnownKey(ApiKey key, Buffer sha256, Rate rate, Optional<Instant> expiresAt, boolean revoked) {

    /** Whether the key is this one and good at {@code now}; the hashes are compared in constant time. */
    boolean admits(PresentedKey presented, Instant now) {
        boolean same = MessageDigest.isEqual(sha256.getBytes(), presented.sha256());
        return same && !revoked && expiresAt.map(now::isBefore).orElse(true);
    }
}
