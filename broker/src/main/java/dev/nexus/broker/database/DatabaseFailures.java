package dev.nexus.broker.database;

import io.vertx.pgclient.PgException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Classifies and describes failures without exposing the SQL client's exceptions. */
public final class DatabaseFailures {

    /** unique_violation (PostgreSQL, appendix A). */
    private static final String UNIQUE_VIOLATION = "23505";

    private DatabaseFailures() {}

    /** The failure within the wrappers that futures add. */
    public static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether {@code failure} is an error that PostgreSQL answered with. */
    public static boolean isDatabaseError(Throwable failure) {
        return failure instanceof PgException;
    }

    /** Whether {@code failure} is an error of PostgreSQL that a retry of the same request may not meet again. */
    public static boolean isTransient(Throwable failure) {
        return failure instanceof PgException sql && DatabaseErrorCode.of(sql).isTransient();
    }

    /** Whether a row with the same unique key exists already. */
    public static boolean isUniqueViolation(Throwable failure) {
        return failure instanceof PgException sql && UNIQUE_VIOLATION.equals(sql.getSqlState());
    }

    /** What failed, for a log line: key=value fields for a PostgreSQL error, the class's name for others. */
    public static String describe(Throwable failure) {
        if (!(failure instanceof PgException sql)) {
            return failure.getClass().getName();
        }
        DatabaseErrorCode state = DatabaseErrorCode.of(sql);
        StringBuilder text = new StringBuilder("sqlstate=")
                .append(state.code())
                .append(" condition=")
                .append(state.condition());
        if (sql.getTable() != null) {
            text.append(" table=").append(sql.getTable());
        }
        if (sql.getConstraint() != null) {
            text.append(" constraint=").append(sql.getConstraint());
        }
        if (state.hasSafeMessage()) {
            text.append(" message=\"").append(sql.getErrorMessage()).append('"');
        }
        return text.toString();
    }
}
