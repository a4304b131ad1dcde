package dev.nexus.contracts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * The public error codes, each with its HTTP status. The wire form is the constant's name in lower case, for example
 * {@code invalid_state}. Codes are stable: clients branch on them.
 */
public enum ErrorCode {
    INVALID_REQUEST(400),
    INVALID_STATE(400),
    RETURN_URL_NOT_ALLOWED(400),
    STATIC_TOKEN(400),
    UNAUTHORIZED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    CONNECTION_NOT_FOUND(404),
    PROVIDER_NOT_FOUND(404),
    WEBHOOK_NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    NOT_ACCEPTABLE(406),
    STATE_USED(409),
    CONNECTION_NOT_ACTIVE(409),
    PROVIDER_IN_USE(409),
    PROVIDER_READ_ONLY(409),
    QUOTA_EXCEEDED(409),
    STATE_EXPIRED(410),
    PRECONDITION_FAILED(412),
    PAYLOAD_TOO_LARGE(413),
    URI_TOO_LONG(414),
    UNSUPPORTED_MEDIA_TYPE(415),
    INVALID_CREDENTIALS(422),
    CREDENTIALS_REJECTED(422),
    RATE_LIMITED(429),
    HEADERS_TOO_LARGE(431),
    INTERNAL(500),
    VERIFICATION_UNAVAILABLE(503),
    UNAVAILABLE(503);

    private final int status;
    private final String wire;

    ErrorCode(int status) {
        this.status = status;
        this.wire = name().toLowerCase(Locale.ROOT);
    }

    /** The HTTP status that goes with this code, 400–503. */
    public int status() {
        return status;
    }

    /** Returns true if a retry can succeed. Responses with such a code have the header {@code Retry-After}. */
    public boolean isTemporary() {
        return this == RATE_LIMITED || this == UNAVAILABLE || this == VERIFICATION_UNAVAILABLE;
    }

    /** The wire form: lower case with underscores. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /** Returns the code with the wire form {@code wire}; empty if no code has it. */
    public static Optional<ErrorCode> fromWire(String wire) {
        for (ErrorCode code : values()) {
            if (code.wire.equals(wire)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
