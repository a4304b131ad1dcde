package dev.nexus.bridge;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Gateway gave no token: it refused, or could not be reached. */
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

    /** The HTTP status, 400–599; 0 where there was no answer. */
    public int status() {
        return status;
    }

    /** The error code, for example {@code connection_not_active}; {@code unreachable} where there was no answer. */
    public String code() {
        return code;
    }

    /** How long the Gateway asks to wait, where it does. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Whether the same call may succeed in a moment: no answer, 429 and 503. */
    boolean passes() {
        return status == 0 || status == 429 || status == 503;
    }
}
