package dev.nexus.runtime;

import dev.nexus.contracts.ErrorCode;

/** The errors that both services report with the same messages. */
public final class ApiErrors {

    private ApiErrors() {}

    public static ApiException unreadable() {
        return new ApiException(
                ErrorCode.INVALID_REQUEST, "The HTTP request is malformed. Check its path, headers and body.");
    }

    public static ApiException notFound() {
        return new ApiException(ErrorCode.NOT_FOUND, "The API has no route with this path. Check the path.");
    }

    public static ApiException methodNotAllowed() {
        return new ApiException(
                ErrorCode.METHOD_NOT_ALLOWED,
                "The route does not support this HTTP method. The header Allow lists the supported methods.");
    }

    public static ApiException notAcceptable() {
        return new ApiException(
                ErrorCode.NOT_ACCEPTABLE,
                "The route responds with application/json. Add it to the header Accept, or omit the header.");
    }

    /** The error for a defect. The calling code logs the cause. */
    public static ApiException internal() {
        return new ApiException(
                ErrorCode.INTERNAL,
                "The request failed because of an internal error. Search the service's log for the request id.");
    }

    /** The error for a temporary failure. */
    public static ApiException unavailable() {
        return new ApiException(
                ErrorCode.UNAVAILABLE,
                "The service is temporarily unavailable. Retry after the time in the header Retry-After.");
    }
}
