package dev.nexus.broker.capture;

import static dev.nexus.broker.testing.Flow.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.provider.DeleteProvider;
import dev.nexus.broker.provider.PutProvider;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A claim that waits for a lock has an old snapshot. It must see what other transactions have committed in the
 * meantime, and must change all or nothing.
 */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class CaptureRaceTest {

    private static final Precondition NONE = new Precondition(null, null);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String SUCCESS = "success";
    private static final String FAILED = "failed";

    /** The lock of all captures, also of those of earlier releases that run at the same time. */
    private static final String LOCK_OF_CAPTURES =
            "select pg_advisory_xact_lock(hashtextextended(array[$1, $2, $3, $4]::text, 0))";

    private static final String WAITING_CLAIMS = """
            from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~ 'pending as'
            """;

    @Inject
    Flow flow;

    @Inject
    Pool pool;

    @Inject
    PutProvider put;

    @Inject
    DeleteProvider delete;

    private final String workspace = "workspace-" + UUID.randomUUID();
    private final Caller caller = new Caller("race-in-" + workspace, "k", "r");
    private SqlConnection other;

    @BeforeEach
    void begin_another_transaction() {
        flow.sql(
                "insert into webhook_endpoint (id, tenant, url) values (gen_random_uuid(), $1, 'https://hooks.invalid/')",
                caller.tenant());
        other = await(pool.getConnection());
        await(other.query("begin").execute());
    }

    @AfterEach
    void end() {
        await(other.query("rollback").execute());
        await(other.close());
        flow.sql("delete from webhook_endpoint where tenant = $1", caller.tenant());
        flow.sql("delete from webhook_event where tenant = $1", caller.tenant());
    }

    /** Executes {@code statement} in the other transaction. */
    private void execute(String statement, Object... values) {
        await(other.preparedQuery(statement).execute(Tuple.from(values)));
    }

    private void lockCaptures(RequestedConnection requested) {
        UUID provider = flow.sql("select provider_id from connection where id = $1", requested.connectionId())
                .iterator()
                .next()
                .getUUID(0);
        execute(LOCK_OF_CAPTURES, caller.tenant(), workspace, provider.toString(), "");
    }

    private void commit() {
        execute("commit");
    }

    /** Starts a capture, and returns when its claim waits for the other transaction. */
    private CompletableFuture<String> startCapture(RequestedConnection requested) {
        CompletableFuture<String> outcome = flow.capturing(caller, requested, "new")
                .map(CapturedConnection::status)
                .onFailure()
                .recoverWithItem(failure ->
                        failure instanceof ApiException refused ? refused.code().wire() : FAILED)
                .subscribeAsCompletionStage();
        await().atMost(PATIENCE).until(() -> outcome.isDone() || claimWaits());
        assertThat(outcome).isNotDone();
        return outcome;
    }

    private boolean claimWaits() {
        return flow.count("select count(*) " + WAITING_CLAIMS) > 0;
    }

    private static void assertOutcome(CompletableFuture<String> capture, String outcome) {
        assertThat(capture).succeedsWithin(PATIENCE).isEqualTo(outcome);
    }

    private void assertSuperseded(UUID connection, UUID successor) {
        assertThat(flow.count("""
                        select count(*) from connection c join credential k on k.connection_id = c.id
                        where c.id = $1 and c.status = 'superseded' and c.replaced_by = $2 and k.destroy_at is not null
                        """, connection, successor)).isEqualTo(1);
        assertThat(events("connection.superseded", connection)).isEqualTo(1);
    }

    private void assertActivated(RequestedConnection requested) {
        assertThat(flow.read(caller, requested.connectionId())).contains("\"new\"");
        assertThat(events("connection.activated", requested.connectionId())).isEqualTo(1);
    }

    private void assertUnchanged(RequestedConnection requested) {
        UUID connection = requested.connectionId();
        assertThat(flow.count("select count(*) from credential where connection_id = $1", connection))
                .isZero();
        assertThat(events("connection.activated", connection)).isZero();
    }

    /** The number of events in the audit log. Checks that each has an event in the outbox. */
    private long events(String type, UUID connection) {
        long audited = flow.count(
                "select count(*) from audit_event where action = $1 and connection_id = $2", type, connection);
        assertThat(flow.count(
                        "select count(*) from webhook_event where type = $1 and connection_id = $2", type, connection))
                .isEqualTo(audited);
        return audited;
    }

    @Test
    void a_capture_that_waited_for_another_capture_supersedes_it() {
        UUID old = flow.connect(caller, workspace, "old");
        UUID first = flow.begin(caller, workspace).connectionId();
        RequestedConnection second = flow.begin(caller, workspace);
        lockCaptures(second);

        CompletableFuture<String> capture = startCapture(second);
        execute(
                "update connection set status = 'superseded', superseded_at = now(), replaced_by = $2 where id = $1",
                old,
                first);
        execute("update connection set status = 'active', activated_at = now() where id = $1", first);
        execute("""
                insert into credential (connection_id, cipher, key_version, ciphertext)
                select $2, cipher, key_version, ciphertext from credential where connection_id = $1
                """, old, first);
        commit();

        assertOutcome(capture, SUCCESS);
        assertActivated(second);
        assertSuperseded(first, second.connectionId());
        assertThat(flow.count("select count(*) from connection where id = $1 and replaced_by = $2", old, first))
                .isEqualTo(1);
        assertThat(events("connection.superseded", old)).isZero();
    }

    @Test
    void a_capture_that_waited_while_its_provider_was_deleted_is_refused() {
        String slug = "race-" + workspace.substring(10, 18);
        put(slug, "Own");
        RequestedConnection requested = await(flow.beginning(caller, workspace, slug));
        lockCaptures(requested);

        CompletableFuture<String> capture = startCapture(requested);
        put(slug, "Changed");
        await(delete.run(caller, slug, NONE, false));
        commit();

        assertOutcome(capture, "connection_not_active");
        assertUnchanged(requested);
    }

    private void put(String slug, String name) {
        String definition = """
                {"name": "%s", "auth_type": "api_key", "strategy": {"type": "header"},
                 "credential_schema": {"type": "object", "properties": {"api_key": {"type": "string"}}}}
                """.formatted(name);
        await(put.run(caller, slug, NONE, definition.getBytes(UTF_8)));
    }

    @Test
    void a_capture_that_waited_while_its_connection_was_revoked_is_refused() {
        RequestedConnection requested = flow.begin(caller, workspace);
        lockCaptures(requested);

        CompletableFuture<String> capture = startCapture(requested);
        flow.revoke(caller, requested.connectionId());
        commit();

        assertOutcome(capture, "connection_not_active");
        assertUnchanged(requested);
    }

    @Test
    void a_capture_that_waited_for_a_change_of_the_pending_connection_succeeds() {
        UUID old = flow.connect(caller, workspace, "old");
        RequestedConnection requested = flow.begin(caller, workspace);
        execute("update connection set display_name = 'changed' where id = $1", requested.connectionId());

        CompletableFuture<String> capture = startCapture(requested);
        commit();

        assertOutcome(capture, SUCCESS);
        assertActivated(requested);
        assertSuperseded(old, requested.connectionId());
        assertThat(flow.count(
                        "select count(*) from connection where id = $1 and display_name = 'changed'",
                        requested.connectionId()))
                .isEqualTo(1);
    }

    @Test
    void a_capture_that_waited_for_a_change_of_the_active_connection_supersedes_it() {
        UUID old = flow.connect(caller, workspace, "old");
        RequestedConnection requested = flow.begin(caller, workspace);
        execute("update connection set verification = 'verified', verified_at = now() where id = $1", old);

        CompletableFuture<String> capture = startCapture(requested);
        commit();

        assertOutcome(capture, SUCCESS);
        assertActivated(requested);
        assertSuperseded(old, requested.connectionId());
        assertThat(flow.count("select count(*) from connection where id = $1 and verification = 'verified'", old))
                .isEqualTo(1);
    }

    @Test
    void a_capture_that_waited_for_the_revocation_of_the_active_connection_does_not_supersede_it() {
        UUID old = flow.connect(caller, workspace, "old");
        RequestedConnection requested = flow.begin(caller, workspace);
        execute("update connection set status = 'revoked', revoked_at = now() where id = $1", old);

        CompletableFuture<String> capture = startCapture(requested);
        commit();

        assertOutcome(capture, SUCCESS);
        assertActivated(requested);
        assertThat(flow.status(old)).isEqualTo("revoked");
        assertThat(events("connection.superseded", old)).isZero();
    }

    @Test
    void a_claim_whose_database_session_ends_changes_nothing() {
        UUID old = flow.connect(caller, workspace, "old");
        RequestedConnection requested = flow.begin(caller, workspace);
        execute("select id from connection where id = $1 for update", old);

        CompletableFuture<String> capture = startCapture(requested);
        flow.sql("select pg_terminate_backend(pid) " + WAITING_CLAIMS);

        assertOutcome(capture, FAILED);
        // The pool may still contain the closed connection.
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertNothingChanged(old, requested));
        assertTheStateIsValid(old, requested);
    }

    @Test
    void a_claim_that_exceeds_the_time_limit_of_a_statement_changes_nothing() {
        UUID old = flow.connect(caller, workspace, "old");
        RequestedConnection requested = flow.begin(caller, workspace);
        execute("select id from connection where id = $1 for update", old);

        CompletableFuture<String> capture = startCapture(requested);
        await().atMost(PATIENCE).until(() -> !claimWaits());

        assertThat(capture).succeedsWithin(PATIENCE).isNotEqualTo(SUCCESS);
        assertNothingChanged(old, requested);
        assertTheStateIsValid(old, requested);
    }

    @Test
    void a_claim_whose_last_part_fails_changes_nothing() {
        UUID old = flow.connect(caller, workspace, "old");
        RequestedConnection requested = flow.begin(caller, workspace);
        // The claim's insert of the credential violates the primary key, after the claim has changed both connections.
        flow.sql("""
                insert into credential (connection_id, cipher, key_version, ciphertext) values ($1, 'local', 1, '\\x00')
                """, requested.connectionId());
        execute("select id from connection where id = $1 for update", old);

        CompletableFuture<String> capture = startCapture(requested);
        commit();

        assertOutcome(capture, FAILED);
        flow.sql("delete from credential where connection_id = $1", requested.connectionId());
        assertNothingChanged(old, requested);
        assertTheStateIsValid(old, requested);
    }

    private void assertNothingChanged(UUID old, RequestedConnection requested) {
        assertUnchanged(requested);
        assertThat(flow.status(requested.connectionId())).isEqualTo("pending");
        assertThat(flow.count("""
                        select count(*) from connection c join credential k on k.connection_id = c.id
                        where c.id = $1 and c.status = 'active' and c.replaced_by is null and k.destroy_at is null
                        """, old)).isEqualTo(1);
        assertThat(events("connection.superseded", old)).isZero();
    }

    private void assertTheStateIsValid(UUID old, RequestedConnection requested) {
        execute("rollback");

        assertThat(flow.capture(caller, requested, "new").status()).isEqualTo(SUCCESS);
        assertActivated(requested);
        assertSuperseded(old, requested.connectionId());
    }
}
