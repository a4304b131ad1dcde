package dev.nexus.bridge;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown if the Gateway refuses a token, cannot be reached or does not respond with a token. */
public final class GatewayException extends BridgeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final @Nullable Duration retryAfter;

    GatewayException(int status, String code, String message, @Nullable Duration retryAfter) {
        super(message);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /**
     * The HTTP status, never 200. It is 0 if the Gateway did not respond or responded with 200 but without a token, or
     * if the thread was interrupted. It is 404, without a call, if the id of the connection is not a UUID.
     */
    public int status() {
        return status;
    }

    /**
     * The error code, for example {@code connection_not_active}. It is {@code unreachable} if the status is 0, and
     * {@code unexpected_answer} if the response has no error code.
     */
    public String code() {
        return code;
    }

    /** The delay of the header {@code Retry-After}; empty if the response does not have it. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Returns true if a retry can succeed: for the status 0, 429 or 503. */
    boolean isTemporary() {
        return status == 0 || status == 429 || status == 503;
    }
}
