package dev.nexus.runtime;

import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import java.util.List;

/** A failure that the caller is told about. Its message names the field and the rule, never a value. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<ErrorBody.Detail> details;

    public ApiException(ErrorCode code, String message) {
        this(code, message, List.of());
    }

    public ApiException(ErrorCode code, String message, List<ErrorBody.Detail> details) {
        // No stack trace: it is an answer, not a defect, and it is made at the rate that callers choose.
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
