package dev.nexus.broker.capture;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.capture.PresentedConnection.Details;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.connection.ConnectionConfig;
import dev.nexus.broker.connection.ConnectionStatus;
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
 * The statements of a capture. {@link #find} reads the connection of a state. {@link #claim} stores the credential in
 * one short transaction. If the provider rejects the credential, {@link #recordRejection} writes the events instead. If
 * the connection is no longer pending, claim and recordRejection read the connection again to choose the error.
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
     * Serializes the captures of one tenant, workspace, provider and label, and excludes a deletion of the provider.
     * The transaction holds both locks until it ends.
     */
    static final String LOCK = """
            select pg_advisory_xact_lock(hashtextextended(array[$1, $2, $3, $4]::text, 0)),
                   (select id from provider where id = $3::text::uuid for key share)
            """;

    static final String SUPERSEDE = """
            with superseded as (
                update connection set status = 'superseded', superseded_at = clock_timestamp(), replaced_by = $5
                where tenant = $1 and workspace_id = $2 and provider_id = $3 and label = $4 and status = 'active'
                returning tenant, id, workspace_id, provider_id, label, status, replaced_by
            ), outbox as (
                %s
            ), expiring as (
                update credential k set destroy_at = clock_timestamp() + $6::float8 * interval '1 millisecond'
                from superseded s where k.connection_id = s.id
            )
            %s
            """.formatted(
                    Outbox.write(EventType.CONNECTION_SUPERSEDED, "superseded"),
                    Audit.of(AuditAction.CONNECTION_SUPERSEDED)
                            .connections("superseded")
                            .by("$7", "$8", "$9")
                            .insert());

    /**
     * The condition that the state of connection $2 of tenant $1 can still be redeemed. c is the connection, p its
     * provider.
     */
    private static final String REDEEMABLE = """
            c.tenant = $1 and c.id = $2 and p.id = c.provider_id
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
                    Outbox.write(EventType.CONNECTION_VERIFICATION_FAILED, "rejected"),
                    Audit.of(AuditAction.CONNECTION_VERIFIED)
                            .failure()
                            .connections("rejected")
                            .by("$3", "$4", "$5")
                            .insert());

    static final String CLAIM = """
            with claimed as (
                update connection c set status = 'active', activated_at = clock_timestamp(), verification = $8,
                    verification_reason = $9, verified_at = case when $8::text is not null then clock_timestamp() end
                from provider p
                where %s
                returning c.tenant, c.id, c.workspace_id, c.provider_id, c.label, c.status, c.replaced_by
            ), outbox as (
                %s
            ), stored as (
                insert into credential (connection_id, cipher, key_version, ciphertext)
                select id, $3, $4, $5 from claimed
            )
            %s
            """.formatted(
                    REDEEMABLE,
                    Outbox.write(EventType.CONNECTION_ACTIVATED, "claimed"),
                    Audit.of(AuditAction.CONNECTION_ACTIVATED)
                            .connections("claimed")
                            .by("$6", "$7", "$10")
                            .insert());

    private final Pool pool;
    private final SharedLookup presented;
    private final double graceMillis;

    CaptureStatements(Pool pool, ConnectionConfig config) {
        this.pool = pool;
        this.presented = new SharedLookup(pool, FIND);
        this.graceMillis = config.supersedeGrace().toMillis();
    }

    Uni<Optional<PresentedConnection>> find(StateSubject subject) {
        return presented
                .find(subject.tenant(), subject.connection())
                .map(found -> found.map(CaptureStatements::presented));
    }

    /**
     * Stores the credential and makes the pending connection active. In the same transaction, supersedes the previous
     * active connection of the same workspace, provider and label, and writes the audit and webhook events of both. If
     * the connection is no longer pending, for example because another capture was first, changes nothing and fails
     * with the error for the connection's status. A caller that no longer waits does not stop the transaction.
     */
    Uni<Void> claim(Caller actor, PresentedConnection connection, Ciphertext ciphertext, VerificationOutcome verified) {
        return pool.withTransaction(transaction -> lock(transaction, connection)
                .chain(() -> supersede(transaction, actor, connection))
                .chain(() -> activate(transaction, actor, connection, ciphertext, verified)));
    }

    /**
     * Writes the audit event and the webhook event of a credential that the provider has rejected. The connection stays
     * pending. If the connection is no longer pending, for example because another capture was first, writes nothing
     * and fails with the error for the connection's status.
     */
    Uni<Void> recordRejection(Caller actor, PresentedConnection connection) {
        return pool.preparedQuery(RECORD_REJECTION)
                .execute(Tuple.of(
                        connection.tenant(), connection.id(), actor.keyId(), actor.requestId(), actor.address()))
                .flatMap(recorded -> recorded.rowCount() == 1 ? Uni.createFrom().voidItem() : refuse(pool, connection));
    }

    private static Uni<Void> lock(SqlConnection transaction, PresentedConnection connection) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(
                        connection.tenant(),
                        connection.workspaceId(),
                        connection.provider().toString(),
                        connection.label()))
                .replaceWithVoid();
    }

    private Uni<Void> supersede(SqlConnection transaction, Caller actor, PresentedConnection connection) {
        return transaction
                .preparedQuery(SUPERSEDE)
                .execute(Tuple.from(new Object[] {
                    connection.tenant(),
                    connection.workspaceId(),
                    connection.provider(),
                    connection.label(),
                    connection.id(),
                    graceMillis,
                    actor.keyId(),
                    actor.requestId(),
                    actor.address()
                }))
                .replaceWithVoid();
    }

    private static Uni<Void> activate(
            SqlConnection transaction,
            Caller actor,
            PresentedConnection connection,
            Ciphertext ciphertext,
            VerificationOutcome verified) {
        return transaction
                .preparedQuery(CLAIM)
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
                    actor.address()
                }))
                .flatMap(claimed ->
                        claimed.rowCount() == 1 ? Uni.createFrom().voidItem() : refuse(transaction, connection));
    }

    private static Uni<Void> refuse(SqlClient client, PresentedConnection connection) {
        return client.preparedQuery(FIND)
                .execute(SharedLookup.values(connection.tenant(), connection.id()))
                .map(rows -> {
                    for (Row row : rows) {
                        throw PresentedConnection.refusal(ConnectionStatus.of(row.getString("status")));
                    }
                    throw PresentedConnection.unknown();
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
