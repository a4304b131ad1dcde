package dev.nexus.broker.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.nexus.broker.database.DatabaseFailures;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.LoggableFailure;
import io.vertx.core.impl.NoStackTraceThrowable;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Maps exceptions to API errors. A failure of the service becomes a 5xx and is logged. Such a failure never becomes a
 * 4xx. Messages that may quote a value are not logged.
 */
final class Failures {

    private static final Logger LOG = Logger.getLogger(Failures.class);

    private Failures() {}

    /** Returns the API error for {@code failure}. Logs each 5xx with its cause. */
    public static ApiException errorOf(Throwable failure) {
        Throwable cause = DatabaseFailures.unwrap(failure);
        ApiException error = classify(cause);
        if (error.code().status() >= 500) {
            log(cause, error.code());
        }
        return error;
    }

    /** Returns the error code for {@code failure}. Does not log. */
    static ErrorCode code(Throwable failure) {
        return classify(DatabaseFailures.unwrap(failure)).code();
    }

    private static ApiException classify(Throwable failure) {
        if (failure instanceof ApiException known) {
            return known;
        }
        if (failure instanceof WebApplicationException http) {
            return ofStatus(http.getResponse().getStatus());
        }
        if (DatabaseFailures.isConcurrentChange(failure)) {
            return new ApiException(
                    ErrorCode.PRECONDITION_FAILED,
                    "Another request changed the same object in the meantime. Fetch the object and retry.");
        }
        return isTransient(failure) ? ApiErrors.unavailable() : ApiErrors.internal();
    }

    private static ApiException ofStatus(int status) {
        return switch (status) {
            case 401 -> new ApiException(ErrorCode.UNAUTHORIZED, "A valid service token is required");
            case 403 -> new ApiException(ErrorCode.FORBIDDEN, "The service token lacks the scope of this route");
            case 404 -> ApiErrors.notFound();
            case 405 -> ApiErrors.methodNotAllowed();
            case 406 -> ApiErrors.notAcceptable();
            case 413 -> ErrorWriter.bodyTooLong();
            case 415 -> ErrorWriter.notJson();
            case 503 -> ApiErrors.unavailable();
            default -> status >= 400 && status < 500 ? ApiErrors.unreadable() : ApiErrors.internal();
        };
    }

    private static boolean isTransient(Throwable failure) {
        if (DatabaseFailures.isDatabaseError(failure)) {
            return DatabaseFailures.isTransient(failure);
        }
        // Jackson's exceptions are IOExceptions, but a retry cannot succeed: the same text fails again.
        return DatabaseFailures.isTransient(failure)
                || (failure instanceof IOException && !(failure instanceof JsonProcessingException))
                || failure instanceof TimeoutException
                || failure instanceof RejectedExecutionException
                || failure instanceof NoStackTraceThrowable;
    }

    private static void log(Throwable failure, ErrorCode code) {
        if (failure instanceof ApiException known) {
            // The caller gets the same message, so it contains no secret.
            LOG.warnf("Request failed: error=%s message=\"%s\"", code.wire(), known.getMessage());
        } else if (code == ErrorCode.UNAVAILABLE) {
            LOG.warnf("Request failed: error=%s cause=%s", code.wire(), DatabaseFailures.describe(failure));
        } else {
            LOG.errorf(
                    LoggableFailure.of(failure),
                    "Request failed: error=%s cause=%s",
                    code.wire(),
                    DatabaseFailures.describe(failure));
        }
    }
}
