package dev.nexus.gateway.http;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Limits the rate of each caller's requests. */
public interface RateLimiter {

    /** Counts a request of {@code caller}. Returns the seconds to wait, at least 1, if the limit is reached. */
    OptionalLong take(Caller caller);

    /**
     * Counts a request that has no limit of an API key. Counts it for its address and, if it has one, for its state.
     * Returns the seconds to wait, at least 1, if a limit is reached.
     */
    OptionalLong take(String address, @Nullable String state);
}
