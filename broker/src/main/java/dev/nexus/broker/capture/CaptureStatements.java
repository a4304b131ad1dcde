package dev.nexus.broker.capture;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.capture.PresentedConnection.Details;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.connection.ConnectionConfig;
import dev.nexus.broker.connection.ConnectionStatus;
import dev.nexus.broker.database.DatabaseFailures;
import dev.nexus.broker.database.DatabaseTurns;
import dev.nexus.broker.database.SharedLookup;
import dev.nexus.broker.provider.definition.StoredVersion;
import dev.nexus.broker.state.StateTokens.StateSubject;
import dev.nexus.broker.verification.VerificationOutcome;
import dev.nexus.broker.webhook.delivery.EventType;
import dev.nexus.broker.webhook.delivery.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * The statements of a capture. One statement reads the connection of a state. Another statement records that the
 * provider has rejected a credential. The third statement, the claim, supersedes the previous connection, makes the
 * pending connection active, stores the credential, and writes the events of both connections.
 *
 * <p>If another capture of the same tenant, workspace, provider and label commits during the claim, the index
 * connection_one_active rejects the claim. Then a transaction first takes the lock that all these claims take, and
 * repeats the claim. No other of these claims can run between the two statements.
 */
@ApplicationScoped
class CaptureStatements {

    static final String FIND = SharedLookup.statement("""
            select c.tenant, c.id, c.workspace_id, c.label, c.provider_id, c.schema_version, v.credential_schema,
                   v.base_url, v.allowed_hosts, v.strategy, v.verification, c.return_url,
                   p.name, p.documentation_url, p.page, p.tenant as provider_tenant, c.display_name,
                   greatest(0, extract(epoch from c.expires_at - statement_timestamp()))::bigint as expires_in,
                   connection_status(c.status, c.expires_at, p.deleted_at) as status
            from connection c
            join provider p on p.id = c.provider_id
            join provider_version v on v.provider_id = c.provider_id and v.version = c.schema_version
            where c.tenant = pair.tenant and c.id = pair.id
            """);

    /**
     * The condition that c is the connection $2 of tenant $1. Because of "is true", no index fits the comparison of the
     * tenant, so PostgreSQL uses the primary key. Without statistics of the table, it expects the same cost for an index
     * that finds all connections of the tenant.
     */
    private static final String PRESENTED = "c.id = $2 and (c.tenant = $1) is true";

    /** The condition that the state of c can still be redeemed. p is its provider. */
    private static final String REDEEMABLE = PRESENTED + """
             and p.id = c.provider_id
              and connection_status(c.status, c.expires_at, p.deleted_at) = 'pending'
            """;

    static final String RECORD_REJECTION = """
            with rejected as (
                select c.tenant, c.id, c.workspace_id, c.provider_id, c.label, c.status, c.replaced_by
                from connection c, provider p
                where %s
            ), outbox as (
                %s
            )
            %s
            """.formatted(
                    REDEEMABLE,
                    Outbox.insert(EventType.CONNECTION_VERIFICATION_FAILED, "rejected"),
                    Audit.of(AuditAction.CONNECTION_VERIFIED)
                            .failure()
                            .connections("rejected")
                            .by("$3", "$4", "$5")
                            .insert());

    /**
     * Waits until no other claim of the same tenant, workspace, provider and label is running. Excludes other such
     * claims until the end of the transaction. c is the connection.
     */
    private static final String LOCK_TUPLE =
            "pg_advisory_xact_lock(hashtextextended(array[c.tenant, c.workspace_id, c.provider_id::text, c.label]::text, 0))";

    static final String LOCK = "select %s from connection c where %s".formatted(LOCK_TUPLE, PRESENTED);

    /**
     * Supersedes the active connection if one exists, activates the pending connection $2 and stores its credential.
     * Returns no row if the state can no longer be redeemed.
     *
     * <p>The snapshot of a statement is older than the locks for which the statement waits. Therefore each part is
     * correct with an old snapshot:
     *
     * <ul>
     *   <li>pending: PostgreSQL evaluates the condition again on the current row after it has waited for a row lock.
     *       The lock of the provider excludes its deletion.
     *   <li>superseded: a connection that has ended in the meantime is skipped for the same reason. A connection that
     *       another capture has activated in the meantime is not found. Then the index connection_one_active rejects
     *       the whole statement.
     *   <li>claimed: the condition on superseded makes PostgreSQL complete that update first. The index would otherwise
     *       find two active connections.
     * </ul>
     *
     * <p>The statement uses the primary key and connection_one_active with all statistics of the table. A new database
     * has no statistics: PostgreSQL expects that each index finds one row, and can choose an index that finds all
     * connections of a provider. It keeps this plan while the table grows. Only connection_one_active has the order of
     * previous, and because of the concatenation, superseded cannot use a partial index.
     */
    static final String CLAIM = """
            with pending as (
                select c.id, c.workspace_id, c.provider_id, c.label
                from connection c cross join lateral %s, provider p
                where %s
                for no key update of c for key share of p
            ), previous as (
                select a.id from pending n cross join lateral (
                    select a.id, a.tenant, a.workspace_id, a.provider_id, a.label from connection a
                    where (a.tenant, a.workspace_id, a.provider_id, a.label)
                          >= ($1, n.workspace_id, n.provider_id, n.label) and a.status = 'active'
                    order by a.tenant, a.workspace_id, a.provider_id, a.label limit 1) a
                where (a.tenant, a.workspace_id, a.provider_id, a.label)
                      = ($1, n.workspace_id, n.provider_id, n.label)
            ), superseded as (
                update connection set status = 'superseded', superseded_at = clock_timestamp(), replaced_by = $2
                where id = (select id from previous) and status || '' = 'active'
                returning tenant, id, workspace_id, provider_id, label, status, replaced_by
            ), expiring as (
                update credential k set destroy_at = clock_timestamp() + $11::float8 * interval '1 millisecond'
                from superseded s where k.connection_id = s.id
            ), claimed as (
                update connection set status = 'active', activated_at = clock_timestamp(), verification = $8,
                    verification_reason = $9, verified_at = case when $8::text is not null then clock_timestamp() end
                where id = (select id from pending) and (select count(*) from superseded) >= 0
                returning tenant, id, workspace_id, provider_id, label, status, replaced_by
            ), stored as (
                insert into credential (connection_id, cipher, key_version, ciphertext)
                select id, $3, $4, $5 from claimed
            ), outbox as (
                %s
            ), audit as (
                %s
            )
            select id from claimed
            """.formatted(
            LOCK_TUPLE,
            REDEEMABLE,
            Outbox.insert(EventType.CONNECTION_SUPERSEDED, "superseded", EventType.CONNECTION_ACTIVATED, "claimed"),
            audit(AuditAction.CONNECTION_SUPERSEDED, "superseded")
                    .insertWith(audit(AuditAction.CONNECTION_ACTIVATED, "claimed")));

    private static Audit audit(AuditAction action, String connections) {
        return Audit.of(action).connections(connections).by("$6", "$7", "$10");
    }

    private final Pool pool;
    private final DatabaseTurns turns;
    private final SharedLookup presented;
    private final double graceMillis;

    CaptureStatements(Pool pool, DatabaseTurns turns, ConnectionConfig config) {
        this.pool = pool;
        this.turns = turns;
        this.presented = new SharedLookup(pool, FIND);
        this.graceMillis = config.supersedeGrace().toMillis();
    }

    Uni<Optional<PresentedConnection>> find(StateSubject subject) {
        return presented
                .find(subject.tenant(), subject.connection())
                .map(found -> found.map(CaptureStatements::presented));
    }

    /**
     * Stores the credential and makes the pending connection active. At the same time, supersedes the previous active
     * connection of the same workspace, provider and label, and writes the audit and webhook events of both. If the
     * connection is no longer pending, for example because another capture was first, changes nothing and fails with
     * the error for the connection's status. A caller that no longer waits does not stop the statement.
     */
    Uni<Void> claim(Caller actor, PresentedConnection connection, Ciphertext ciphertext, VerificationOutcome verified) {
        return turns.run(
                connection.tenant(),
                () -> activate(pool, actor, connection, ciphertext, verified)
                        .onFailure(DatabaseFailures::isUniqueViolation)
                        .recoverWithUni(() -> pool.withTransaction(transaction -> lock(transaction, connection)
                                .chain(() -> activate(transaction, actor, connection, ciphertext, verified))))
                        .flatMap(activated -> activated ? Uni.createFrom().voidItem() : refuse(connection)));
    }

    /**
     * Writes the audit event and the webhook event of a credential that the provider has rejected. The connection stays
     * pending. If the connection is no longer pending, for example because another capture was first, writes nothing
     * and fails with the error for the connection's status.
     */
    Uni<Void> recordRejection(Caller actor, PresentedConnection connection) {
        Tuple values =
                Tuple.of(connection.tenant(), connection.id(), actor.keyId(), actor.requestId(), actor.address());
        return turns.run(
                connection.tenant(),
                () -> pool.preparedQuery(RECORD_REJECTION)
                        .execute(values)
                        .flatMap(recorded ->
                                recorded.rowCount() == 1 ? Uni.createFrom().voidItem() : refuse(connection)));
    }

    /** Uses a separate statement, so that the claim after it sees the changes that other captures have committed. */
    private static Uni<Void> lock(SqlConnection transaction, PresentedConnection connection) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(connection.tenant(), connection.id()))
                .replaceWithVoid();
    }

    /** Returns false if the state can no longer be redeemed. Then nothing has changed. */
    private Uni<Boolean> activate(
            SqlClient client,
            Caller actor,
            PresentedConnection connection,
            Ciphertext ciphertext,
            VerificationOutcome verified) {
        return client.preparedQuery(CLAIM)
                .execute(Tuple.from(new Object[] {
                    connection.tenant(),
                    connection.id(),
                    ciphertext.cipher(),
                    ciphertext.keyVersion(),
                    ciphertext.bytes(),
                    actor.keyId(),
                    actor.requestId(),
                    verified.status(),
                    verified.reasonText(),
                    actor.address(),
                    graceMillis
                }))
                .map(rows -> rows.size() == 1);
    }

    private Uni<Void> refuse(PresentedConnection connection) {
        return presented.find(connection.tenant(), connection.id()).map(found -> {
            throw found.map(row -> PresentedConnection.refusal(ConnectionStatus.of(row.getString("status"))))
                    .orElseGet(PresentedConnection::unknown);
        });
    }

    private static PresentedConnection presented(Row row) {
        return new PresentedConnection(
                row.getString("tenant"),
                row.getUUID("id"),
                row.getString("workspace_id"),
                row.getString("label"),
                new StoredVersion(
                        row.getUUID("provider_id"),
                        row.getInteger("schema_version"),
                        row.getString("strategy"),
                        row.getString("allowed_hosts"),
                        row.getString("base_url"),
                        row.getString("verification")),
                row.getString("return_url"),
                new Details(
                        row.getString("name"),
                        row.getString("credential_schema"),
                        row.getString("documentation_url"),
                        row.getString("page"),
                        row.getString("provider_tenant") == null,
                        row.getString("display_name"),
                        row.getLong("expires_in")),
                ConnectionStatus.of(row.getString("status")));
    }
}
