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
     * The HTTP status of a response other than 200. The status is 0 if the Gateway did not respond, if its response of
     * 200 has no token, or if the thread was interrupted. The status is 404, without a call, if the id of the
     * connection is not a UUID.
     */
    public int status() {
        return status;
    }

    /**
     * The error code, for example {@code connection_not_active}. It is {@code unreachable} if the status is 0: a
     * response of 200 without a token also counts as unreachable. It is {@code unexpected_answer} if the response has
     * another status than 200 and no error code.
     */
    public String code() {
        return code;
    }

    /**
     * The delay of the header {@code Retry-After} in a response other than 200. Empty without such a response or
     * without the header. Also empty if the value is not a number of at most six digits, for example a date.
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Returns true if a retry can succeed: for the status 0, 429 or 503. */
    boolean isTemporary() {
        return status == 0 || status == 429 || status == 503;
    }
}
