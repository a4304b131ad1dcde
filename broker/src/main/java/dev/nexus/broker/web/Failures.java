package dev.nexus.broker.web;

import dev.nexus.contracts.ErrorCode;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * What a failure is answered with. Only its class and, for PostgreSQL, its SQLSTATE are logged: messages of a database
 * or a parser quote values.
 */
public final class Failures {

    private static final Logger LOG = Logger.getLogger(Failures.class);

    /** PostgreSQL error classes that pass: connection, resources, operator intervention, lock, rollback, system. */
    private static final Set<String> PASSING = Set.of("08", "25", "40", "53", "55", "57", "58");

    private Failures() {}

    /** The answer to {@code failure}; logs what nobody asked for. */
    public static ApiException answer(Throwable failure) {
        if (failure instanceof ApiException known) {
            return known;
        }
        if (failure instanceof WebApplicationException http) {
            return routing(http);
        }
        if (passes(failure)) {
            LOG.warnf("A dependency failed: %s", name(failure));
            return new ApiException(ErrorCode.UNAVAILABLE, "The service is unavailable at the moment; try again");
        }
        if (failure instanceof PgException sql && "22".equals(errorClass(sql))) {
            return new ApiException(ErrorCode.INVALID_REQUEST, "A value cannot be stored");
        }
        LOG.errorf(withoutMessage(failure), "A request failed: %s", name(failure));
        return new ApiException(ErrorCode.INTERNAL, "The request failed; the log has the cause by its request id");
    }

    /** The code that {@code failure} is answered with; logs nothing. */
    static ErrorCode code(Throwable failure) {
        if (failure instanceof ApiException known) {
            return known.code();
        }
        return passes(failure) ? ErrorCode.UNAVAILABLE : ErrorCode.INTERNAL;
    }

    private static ApiException routing(WebApplicationException http) {
        return switch (http.getResponse().getStatus()) {
            case 404 -> new ApiException(ErrorCode.NOT_FOUND, "There is no such route");
            case 405 -> new ApiException(ErrorCode.METHOD_NOT_ALLOWED, "The route does not take this method");
            case 406 -> new ApiException(ErrorCode.NOT_ACCEPTABLE, "The route answers application/json");
            case 413 -> new ApiException(ErrorCode.PAYLOAD_TOO_LARGE, "The body is too large");
            case 415 -> new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json");
            default -> new ApiException(ErrorCode.INVALID_REQUEST, "The request cannot be read");
        };
    }

    private static boolean passes(Throwable failure) {
        if (failure instanceof PgException sql) {
            return PASSING.contains(errorClass(sql));
        }
        return failure instanceof IOException
                || failure instanceof TimeoutException
                || failure instanceof RejectedExecutionException
                || failure instanceof VertxException
                || failure instanceof NoStackTraceThrowable;
    }

    private static String errorClass(PgException failure) {
        String state = failure.getSqlState();
        return state == null || state.length() < 2 ? "" : state.substring(0, 2);
    }

    private static String name(Throwable failure) {
        return failure instanceof PgException sql
                ? "PostgreSQL " + sql.getSqlState()
                : failure.getClass().getName();
    }

    /** Where it failed, without its message: messages quote values. */
    private static Throwable withoutMessage(Throwable failure) {
        Throwable place = new Throwable(failure.getClass().getName());
        place.setStackTrace(failure.getStackTrace());
        return place;
    }
}
