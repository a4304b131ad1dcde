package dev.nexus.gateway.http;

import java.util.Optional;

/** Finds callers by their API keys. */
public interface Callers {

    /** Returns the caller that presents {@code key}. Empty if the key is malformed, unknown, revoked or expired. */
    Optional<Caller> find(String key);
}
