package dev.nexus.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import dev.nexus.broker.testing.LogLines;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.vertx.pgclient.PgException;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.InternalServerErrorException;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.hibernate.StaleStateException;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.GenericJDBCException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A failure of the service becomes a 5xx, never a 4xx, and is logged with its cause and without values. */
class FailuresTest {

    private static final String VALUE = "canary-5d1c";

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new PgException(VALUE, "ERROR", "22021", VALUE), ErrorCode.INTERNAL, "sqlstate=22021"),
                Arguments.of(new PgException(VALUE, "ERROR", "22P02", VALUE), ErrorCode.INTERNAL, "sqlstate=22P02"),
                Arguments.of(new PgException(VALUE, "ERROR", "23505", VALUE), ErrorCode.INTERNAL, "sqlstate=23505"),
                Arguments.of(
                        new PgException("could not extend file", "ERROR", "53100", null),
                        ErrorCode.UNAVAILABLE,
                        "sqlstate=53100 condition=disk_full message=\"could not extend file\""),
                Arguments.of(
                        new PgException("sorry, too many clients already", "FATAL", "53300", null),
                        ErrorCode.UNAVAILABLE,
                        "condition=too_many_connections"),
                Arguments.of(
                        new CompletionException(new PgException("gone", "FATAL", "57P01", null)),
                        ErrorCode.UNAVAILABLE,
                        "sqlstate=57P01"),
                Arguments.of(
                        new ConstraintViolationException(
                                VALUE, new SQLException(VALUE, "23505"), VALUE, "provider_slug_per_tenant"),
                        ErrorCode.INTERNAL,
                        "sqlstate=23505 condition=integrity_constraint_violation constraint=provider_slug_per_tenant"),
                Arguments.of(
                        new PersistenceException(
                                VALUE,
                                new GenericJDBCException(VALUE, new SQLException("disk is full", "53100"), VALUE)),
                        ErrorCode.UNAVAILABLE,
                        "sqlstate=53100 condition=disk_full message=\"disk is full\""),
                Arguments.of(
                        new InternalServerErrorException(VALUE, new IllegalStateException(VALUE)),
                        ErrorCode.INTERNAL,
                        "java.lang.IllegalStateException"),
                Arguments.of(new WebApplicationException(VALUE, 502), ErrorCode.INTERNAL, "WebApplicationException"),
                Arguments.of(
                        new ServiceUnavailableException(VALUE), ErrorCode.UNAVAILABLE, "ServiceUnavailableException"),
                Arguments.of(new JsonParseException(null, VALUE), ErrorCode.INTERNAL, "JsonParseException"),
                Arguments.of(new IllegalStateException(VALUE), ErrorCode.INTERNAL, "IllegalStateException"),
                Arguments.of(new IOException(VALUE), ErrorCode.UNAVAILABLE, "java.io.IOException"),
                Arguments.of(new TimeoutException(VALUE), ErrorCode.UNAVAILABLE, "TimeoutException"),
                Arguments.of(
                        new ApiException(ErrorCode.UNAVAILABLE, "The service took too long to answer. Retry."),
                        ErrorCode.UNAVAILABLE,
                        "took too long"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_failure_of_the_service_is_a_5xx_that_is_logged_without_values(
            Throwable failure, ErrorCode code, String logged) {
        try (LogLines log = LogLines.open()) {
            ApiException answer = Failures.errorOf(failure);

            assertThat(answer.code()).isEqualTo(code);
            assertThat(Failures.code(failure)).isEqualTo(code);
            assertThat(log.all()).singleElement().asString().contains(logged).doesNotContain(VALUE);
            assertThat(String.valueOf(answer.getMessage())).doesNotContain(VALUE);
        }
    }

    @Test
    void a_row_changed_by_another_request_is_precondition_failed() {
        Throwable failure = new CompletionException(new OptimisticLockException(VALUE, new StaleStateException(VALUE)));

        ApiException answer = Failures.errorOf(failure);

        assertThat(answer.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(Failures.code(new PersistenceException(new StaleStateException(VALUE))))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
    }

    @Test
    void an_error_of_the_caller_is_a_4xx_that_is_not_logged() {
        try (LogLines log = LogLines.open()) {
            assertThat(Failures.errorOf(new BadRequestException()).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(Failures.errorOf(new WebApplicationException(403)).code())
                    .isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(Failures.errorOf(new ApiException(ErrorCode.STATE_USED, "used"))
                            .code())
                    .isEqualTo(ErrorCode.STATE_USED);
            assertThat(log.all()).isEmpty();
        }
    }
}
