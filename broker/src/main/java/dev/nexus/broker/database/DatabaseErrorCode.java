package dev.nexus.broker.database;

import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The SQLSTATE of a PostgreSQL error, and the name of its condition.
 *
 * @param code five characters, or {@code unknown} if the error has no SQLSTATE
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL error codes</a>
 */
record DatabaseErrorCode(String code) {

    /** Longer than any real chain of causes. Bounds the search if a chain is circular. */
    private static final int MAX_CAUSES = 32;

    /** SQLSTATE class 53, insufficient resources. */
    static final String RESOURCES = "53";

    /** The conditions of class 53. Each has a different remedy. */
    static final Map<String, String> SHORTAGES = Map.of(
            "53000", "insufficient_resources",
            "53100", "disk_full",
            "53200", "out_of_memory",
            "53300", "too_many_connections",
            "53400", "configuration_limit_exceeded");

    private static final Map<String, String> CLASSES = Map.ofEntries(
            Map.entry("08", "connection_exception"),
            Map.entry("22", "data_exception"),
            Map.entry("23", "integrity_constraint_violation"),
            Map.entry("25", "invalid_transaction_state"),
            Map.entry("28", "invalid_authorization"),
            Map.entry("40", "transaction_rollback"),
            Map.entry("42", "syntax_error_or_access_rule_violation"),
            Map.entry(RESOURCES, "insufficient_resources"),
            Map.entry("55", "object_not_in_prerequisite_state"),
            Map.entry("57", "operator_intervention"),
            Map.entry("58", "system_error"),
            Map.entry("XX", "internal_error"));

    /**
     * Classes of transient failures. A retry of the same request may succeed. Class 28 is one of them: while an
     * operator replaces the password, PostgreSQL refuses new connections.
     */
    private static final Set<String> TRANSIENT = Set.of("08", "25", "28", "40", RESOURCES, "55", "57", "58");

    /** Classes whose messages may quote a value of the request. */
    private static final List<String> QUOTING = List.of("22", "23", "P0");

    static DatabaseErrorCode of(PgException failure) {
        return of(failure.getSqlState());
    }

    private static DatabaseErrorCode of(@Nullable String code) {
        return new DatabaseErrorCode(code == null || code.length() < 2 ? "unknown" : code);
    }

    /**
     * Finds the code of the PostgreSQL error in {@code failure} or its causes. Hibernate converts such an error to an
     * SQLException.
     */
    static Optional<DatabaseErrorCode> find(Throwable failure) {
        return causes(failure)
                .<DatabaseErrorCode>mapMulti((cause, codes) -> {
                    if (cause instanceof PgException sql) {
                        codes.accept(of(sql));
                    } else if (cause instanceof SQLException sql) {
                        codes.accept(of(sql.getSQLState()));
                    }
                })
                .findFirst();
    }

    /** Returns {@code failure} and its chain of causes. */
    static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
    }

    /** Returns the first two characters of the code, or {@code other} for an unknown class. */
    String errorClass() {
        String prefix = code.substring(0, 2);
        return CLASSES.containsKey(prefix) ? prefix : "other";
    }

    /**
     * Returns the name of the condition for class 53, the name of the class for any other known class, and
     * {@code other} for an unknown class. The number of values is bounded, for a metric label.
     */
    String condition() {
        return SHORTAGES.getOrDefault(code, CLASSES.getOrDefault(code.substring(0, 2), "other"));
    }

    boolean isTransient() {
        return TRANSIENT.contains(code.substring(0, 2));
    }

    boolean isShortage() {
        return code.startsWith(RESOURCES);
    }

    /** Returns true if the error's message contains no values of the request. */
    boolean hasSafeMessage() {
        return QUOTING.stream().noneMatch(code::startsWith);
    }
}
