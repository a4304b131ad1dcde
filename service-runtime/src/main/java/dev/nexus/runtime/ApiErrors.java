package dev.nexus.runtime;

import dev.nexus.contracts.ErrorCode;

/** The errors that both services report with the same messages. */
public final class ApiErrors {

    private ApiErrors() {}

    public static ApiException unreadable() {
        return new ApiException(ErrorCode.INVALID_REQUEST, "The request cannot be read");
    }

    public static ApiException notFound() {
        return new ApiException(ErrorCode.NOT_FOUND, "There is no such route");
    }

    public static ApiException methodNotAllowed() {
        return new ApiException(ErrorCode.METHOD_NOT_ALLOWED, "The route does not take this method");
    }

    public static ApiException notAcceptable() {
        return new ApiException(ErrorCode.NOT_ACCEPTABLE, "The route answers application/json");
    }

    /** A defect. The caller logs its cause. */
    public static ApiException internal() {
        return new ApiException(ErrorCode.INTERNAL, "The request failed; the log has the cause by its request id");
    }

    /** A temporary failure. A retry may succeed. */
    public static ApiException unavailable() {
        return new ApiException(ErrorCode.UNAVAILABLE, "The service is unavailable at the moment; try again");
    }
}
