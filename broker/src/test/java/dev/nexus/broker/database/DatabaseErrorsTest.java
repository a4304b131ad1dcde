package dev.nexus.broker.database;

import static dev.nexus.broker.testing.Flow.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.nexus.broker.audit.ListAuditEvents;
import dev.nexus.broker.http.Cursor;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.provider.PutProvider;
import dev.nexus.broker.testing.BrokerRequest;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.LogLines;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.Scope;
import dev.nexus.runtime.ApiException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.junit.jupiter.api.Test;

/** Responses, logs and metrics while PostgreSQL refuses writes, and input that is refused before PostgreSQL. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class DatabaseErrorsTest {

    @Inject
    Flow flow;

    @Inject
    MeterRegistry meters;

    @Inject
    @Readiness
    DatabaseReadiness readiness;

    @Inject
    ListAuditEvents auditEvents;

    @Inject
    PutProvider putProvider;

    private double errors(String condition) {
        return meters.get("nexus.database.errors")
                .tag("condition", condition)
                .counter()
                .count();
    }

    @Test
    void a_full_disk_is_a_503_that_is_logged_counted_and_shown_in_readiness_while_reads_succeed() {
        UUID connection = flow.connect(ACME, "workspace-" + UUID.randomUUID(), "key");
        double before = errors("disk_full");
        flow.sql("""
                create function no_space() returns trigger language plpgsql as $$
                begin
                    raise exception 'could not extend file "base/5/16443": No space left on device'
                        using errcode = 'disk_full';
                end $$
                """);
        flow.sql("create trigger no_space before insert on audit_event for each statement execute function no_space()");
        try (LogLines log = LogLines.open()) {
            BrokerRequest.as(ACME, Scope.TOKENS_READ)
                    .get("/internal/v1/connections/" + connection + "/token")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", notNullValue())
                    .body("error", equalTo("unavailable"));

            assertThat(log.all())
                    .anyMatch(line -> line.startsWith("ERROR")
                            && line.contains("sqlstate=53100 condition=disk_full")
                            && line.contains("No space left on device"));
            assertThat(errors("disk_full")).isGreaterThan(before);
            HealthCheckResponse ready = Flow.await(readiness.call());
            assertThat(ready.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
            assertThat(ready.getData().orElse(Map.of()))
                    .containsEntry("sqlstate", "53100")
                    .containsEntry("condition", "disk_full")
                    .containsKey("last_seen");
            BrokerRequest.as(ACME, Scope.CONNECTIONS_READ)
                    .get("/internal/v1/connections/" + connection)
                    .then()
                    .statusCode(200);
        } finally {
            flow.sql("drop trigger no_space on audit_event");
            flow.sql("drop function no_space()");
        }
        BrokerRequest.as(ACME, Scope.TOKENS_READ)
                .get("/internal/v1/connections/" + connection + "/token")
                .then()
                .statusCode(200);
    }

    @Test
    void each_resource_shortage_has_a_metric_from_startup() {
        assertThat(meters.get("nexus.database.errors").tag("class", "53").counters())
                .extracting(counter -> String.valueOf(counter.getId().getTag("condition")))
                .contains(
                        "disk_full",
                        "out_of_memory",
                        "too_many_connections",
                        "configuration_limit_exceeded",
                        "insufficient_resources");
    }

    @Test
    void a_character_that_postgresql_cannot_store_is_refused_with_its_field() {
        String definition = """
                {"name": "a\\u0000b", "auth_type": "api_key",
                 "credential_schema": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}}},
                 "strategy": {"type": "header", "config": {"header_name": "X-Key", "credential_field": "k"}}}
                """;

        ApiException refused = refused(Uni.createFrom()
                .deferred(() -> putProvider.run(
                        ACME,
                        "nul-" + UUID.randomUUID(),
                        new Precondition(null, null),
                        definition.getBytes(StandardCharsets.UTF_8))));

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.getMessage()).contains("/name");
    }

    @Test
    void a_cursor_with_a_time_beyond_postgresqls_range_is_refused() {
        String cursor = Cursor.encode("+999999999-12-31T23:59:59Z " + UUID.randomUUID());

        ApiException refused = refused(Uni.createFrom()
                .deferred(() ->
                        auditEvents.run(ACME, new ListAuditEvents.Query(null, null, null, null, null, null, cursor))));

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.getMessage()).contains("cursor");
    }

    private static ApiException refused(Uni<?> call) {
        try {
            Flow.await(call);
        } catch (ApiException refused) {
            return refused;
        }
        throw new AssertionError("the call was not refused");
    }
}
