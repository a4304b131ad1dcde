package dev.nexus.gateway.http;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Limits how often a caller may send requests. */
public interface RateLimiter {

    /** Takes one request of {@code caller}. Returns the seconds to wait, at least 1, if the limit is reached. */
    OptionalLong take(Caller caller);

    /**
     * Takes one request of a caller without an API key, by address and, if it presents one, by state. Returns the seconds to
     * wait, at least 1, if a limit is reached.
     */
    OptionalLong take(String address, @Nullable String state);
}
