package dev.nexus.runtime;

import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import java.util.List;

/**
 * An error of the API. The caller receives the message. It names the rule and, if one field breaks it, the field. It
 * never contains a value of the request.
 */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<ErrorBody.Detail> details;

    public ApiException(ErrorCode code, String message) {
        this(code, message, List.of());
    }

    public ApiException(ErrorCode code, String message, List<ErrorBody.Detail> details) {
        // Has no stack trace, because the error is a response and not a defect. Callers of the API can cause it very
        // often.
        super(message, null, false, false);
        this.code = code;
        this.details = List.copyOf(details);
    }

    public ErrorCode code() {
        return code;
    }

    public ErrorBody body() {
        return new ErrorBody(code.wire(), String.valueOf(getMessage()), details);
    }
}
