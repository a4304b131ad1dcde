package dev.nexus.broker.provider;

import io.vertx.pgclient.PgException;

/** What the database says where two want the same name. */
final class DatabaseConflict {

    /** unique_violation, PostgreSQL's appendix A. */
    private static final String UNIQUE_VIOLATION = "23505";

    private DatabaseConflict() {}

    static boolean isTakenName(Throwable failure) {
        return failure instanceof PgException sql && UNIQUE_VIOLATION.equals(sql.getSqlState());
    }
}
