package dev.nexus.broker.database;

import io.smallrye.mutiny.CompositeException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import jakarta.persistence.OptimisticLockException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.hibernate.HibernateException;
import org.hibernate.StaleStateException;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/** Classifies and describes failures without exposing the SQL client's exceptions. */
public final class DatabaseFailures {

    /** unique_violation (PostgreSQL, appendix A). */
    private static final String UNIQUE_VIOLATION = "23505";

    private DatabaseFailures() {}

    /**
     * Removes the wrappers that futures and Hibernate add. If the rollback or the closing of the session failed too,
     * returns the first failure.
     */
    public static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (isWrapper(cause) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * The cause of a CompositeException is the first of its failures. Hibernate Reactive wraps failures of the
     * connection in a plain HibernateException. The subclasses of HibernateException are not wrappers: they describe a
     * failure better than their causes.
     */
    private static boolean isWrapper(Throwable failure) {
        return failure instanceof CompletionException
                || failure instanceof ExecutionException
                || failure instanceof CompositeException
                || failure.getClass() == HibernateException.class;
    }

    /** Returns true if {@code failure} or one of its causes is an error response of PostgreSQL. */
    public static boolean isDatabaseError(Throwable failure) {
        return DatabaseErrorCode.find(failure).isPresent();
    }

    /**
     * Returns true if a retry of the same request may succeed. Then {@code failure} or one of its causes is a transient
     * error of PostgreSQL or a lost connection.
     */
    public static boolean isTransient(Throwable failure) {
        return DatabaseErrorCode.find(failure)
                .map(DatabaseErrorCode::isTransient)
                .orElseGet(() -> DatabaseErrorCode.causes(failure).anyMatch(DatabaseFailures::isLostConnection));
    }

    private static boolean isLostConnection(Throwable cause) {
        return cause instanceof ClosedChannelException || cause instanceof VertxException;
    }

    /** Returns true if {@code failure} is a unique_violation: a row with the same unique key exists already. */
    public static boolean isUniqueViolation(Throwable failure) {
        return DatabaseErrorCode.find(failure)
                .filter(state -> UNIQUE_VIOLATION.equals(state.code()))
                .isPresent();
    }

    /** Returns true if another transaction has changed a row since the failed transaction read the row. */
    public static boolean isConcurrentChange(Throwable failure) {
        return DatabaseErrorCode.causes(failure)
                .anyMatch(cause -> cause instanceof OptimisticLockException || cause instanceof StaleStateException);
    }

    /**
     * Describes {@code failure} for a log line, without values of the request: key=value fields for a PostgreSQL error,
     * and the name of the class for any other failure.
     */
    public static String describe(Throwable failure) {
        return DatabaseErrorCode.find(failure)
                .map(state -> describe(state, failure))
                .orElseGet(() -> failure.getClass().getName());
    }

    private static String describe(DatabaseErrorCode state, Throwable failure) {
        StringBuilder text = new StringBuilder("sqlstate=")
                .append(state.code())
                .append(" condition=")
                .append(state.condition());
        DatabaseErrorCode.causes(failure).forEach(cause -> {
            if (cause instanceof PgException sql) {
                append(text, "table", sql.getTable());
                append(text, "constraint", sql.getConstraint());
                appendMessage(text, state, sql.getErrorMessage());
            } else if (cause instanceof ConstraintViolationException violation) {
                append(text, "constraint", violation.getConstraintName());
            } else if (cause instanceof SQLException sql) {
                appendMessage(text, state, sql.getMessage());
            }
        });
        return text.toString();
    }

    private static void append(StringBuilder text, String field, @Nullable String value) {
        if (value != null) {
            text.append(' ').append(field).append('=').append(value);
        }
    }

    private static void appendMessage(StringBuilder text, DatabaseErrorCode state, @Nullable String message) {
        if (state.hasSafeMessage()) {
            text.append(" message=\"").append(message).append('"');
        }
    }
}
