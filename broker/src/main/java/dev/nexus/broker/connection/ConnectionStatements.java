package dev.nexus.broker.connection;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.cipher.Ciphertext;
import dev.nexus.broker.database.DatabaseTurns;
import dev.nexus.broker.database.SharedLookup;
import dev.nexus.broker.provider.definition.StoredVersion;
import dev.nexus.broker.webhook.delivery.EventType;
import dev.nexus.broker.webhook.delivery.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The statements of calls that read or revoke a connection. Each statement compares or inserts the tenant. */
@ApplicationScoped
class ConnectionStatements {

    static final String FIND = SharedLookup.statement("""
            select id, status, workspace_id, label, created_at, expires_at, activated_at, replaced_by, revoked_at,
                   provider_id, provider_slug, provider_name, verification, verification_reason, verified_at, replaces
            from connection_current c
            where c.tenant = pair.tenant and c.id = pair.id
            """);

    static final String FIND_STORED = SharedLookup.statement("""
            select c.status, c.workspace_id, c.provider_id, c.schema_version, c.replaced_by, v.strategy, v.allowed_hosts,
                   v.base_url, v.verification,
                   k.cipher, k.key_version, k.ciphertext
            from connection_current c
            join provider_version v on v.provider_id = c.provider_id and v.version = c.schema_version
            left join credential k
                on k.connection_id = c.id and (k.destroy_at is null or k.destroy_at > clock_timestamp())
                   and c.status <> 'revoked'
            where c.tenant = pair.tenant and c.id = pair.id
            """);

    static final String EXISTS = "select 1 from connection where tenant = $1 and id = $2";

    /**
     * The connection $2 and all connections that it superseded, directly or indirectly. The limit of 1,000 bounds the
     * recursion. So many rotations within a grace period are not expected.
     */
    private static final String CHAIN = """
            with recursive chain (id, depth) as (
                select id, 1 from connection where tenant = $1 and id = $2
                union all
                select c.id, chain.depth + 1 from chain join connection c on c.replaced_by = chain.id and c.tenant = $1
                where chain.depth < 1000
            )""";

    /** Locks in the order of the ids, so that two revocations of one chain cannot deadlock. */
    static final String LOCK = CHAIN + """

            select c.id from connection c where c.tenant = $1 and c.id = any(array(select id from chain))
            order by c.id desc for update
            """;

    /**
     * Revokes the connection and the superseded connections of its chain that still have a credential. The other
     * connections of the chain do not change, because they have no credential any more. The connection itself is
     * revoked even if its provider is deleted, so that the sweeper does not have to delete its credential.
     */
    static final String REVOKE = CHAIN
            + """
            , revoked as (
                update connection c set status = 'revoked', revoked_at = clock_timestamp()
                where c.tenant = $1 and c.id = any(array(select id from chain))
                  and ((c.id = $2 and connection_status(c.status, c.expires_at, null) in ('pending', 'active', 'superseded'))
                       or (c.id <> $2 and c.status = 'superseded'
                           and exists (select from credential k where k.connection_id = c.id)))
                returning c.tenant, c.id, c.workspace_id, c.provider_id, c.label, c.status, c.replaced_by
            ), outbox as (
                %s
            ), destroyed as (
                delete from credential k using revoked r where k.connection_id = r.id
                returning r.tenant, r.id, r.workspace_id, r.provider_id
            )
            %s
            """.formatted(
                            Outbox.insert(EventType.CONNECTION_REVOKED, "revoked"),
                            audit(AuditAction.CONNECTION_REVOKED, "revoked")
                                    .insertWith(audit(AuditAction.CREDENTIAL_DESTROYED, "destroyed")));

    private static Audit audit(AuditAction action, String connections) {
        return Audit.of(action).connections(connections).by("$3", "$4", "$5");
    }

    private final Pool pool;
    private final DatabaseTurns turns;
    private final SharedLookup views;
    private final SharedLookup storedCredentials;

    ConnectionStatements(Pool pool, DatabaseTurns turns) {
        this.pool = pool;
        this.turns = turns;
        this.views = new SharedLookup(pool, FIND);
        this.storedCredentials = new SharedLookup(pool, FIND_STORED);
    }

    Uni<Optional<ConnectionView>> find(String tenant, UUID id) {
        return views.find(tenant, id).map(found -> found.map(ConnectionStatements::view));
    }

    Uni<Optional<StoredCredential>> findStored(String tenant, UUID id) {
        return storedCredentials.find(tenant, id).map(found -> found.map(row -> stored(id, row)));
    }

    Uni<Boolean> exists(String tenant, UUID id) {
        return turns.run(
                tenant,
                () -> pool.preparedQuery(EXISTS).execute(Tuple.of(tenant, id)).map(rows -> rows.size() == 1));
    }

    /**
     * Revokes the connection, and each connection that it superseded and that still has a credential. Deletes the
     * ciphertexts of all these connections. A separate statement locks the rows first. The next statement therefore
     * sees a credential that a capture has committed in the meantime. A connection that is already revoked or expired
     * does not change.
     *
     * @return false if the tenant has no such connection
     */
    Uni<Boolean> revoke(Caller caller, UUID id) {
        return turns.run(
                caller.tenant(),
                () -> pool.withTransaction(connection -> connection
                        .preparedQuery(LOCK)
                        .execute(Tuple.of(caller.tenant(), id))
                        .flatMap(locked -> locked.size() == 0
                                ? Uni.createFrom().item(false)
                                : revoke(connection, caller, id).replaceWith(true))));
    }

    private static Uni<Void> revoke(SqlConnection connection, Caller caller, UUID id) {
        return connection
                .preparedQuery(REVOKE)
                .execute(Tuple.of(caller.tenant(), id, caller.keyId(), caller.requestId(), caller.address()))
                .replaceWithVoid();
    }

    private static ConnectionView view(Row row) {
        return new ConnectionView(
                row.getUUID("id"),
                ConnectionStatus.of(row.getString("status")),
                row.getString("workspace_id"),
                new ConnectionView.Provider(
                        row.getUUID("provider_id"), row.getString("provider_slug"), row.getString("provider_name")),
                row.getString("label"),
                row.getOffsetDateTime("created_at"),
                row.getOffsetDateTime("expires_at"),
                row.getOffsetDateTime("activated_at"),
                row.getUUID("replaced_by"),
                List.of(row.getArrayOfUUIDs("replaces")),
                row.getOffsetDateTime("revoked_at"),
                ConnectionView.Verification.of(
                        row.getString("verification"),
                        row.getString("verification_reason"),
                        row.getOffsetDateTime("verified_at")));
    }

    private static StoredCredential stored(UUID id, Row row) {
        String cipher = row.getString("cipher");
        return new StoredCredential(
                id,
                ConnectionStatus.of(row.getString("status")),
                row.getString("workspace_id"),
                new StoredVersion(
                        row.getUUID("provider_id"),
                        row.getInteger("schema_version"),
                        row.getString("strategy"),
                        row.getString("allowed_hosts"),
                        row.getString("base_url"),
                        row.getString("verification")),
                row.getUUID("replaced_by"),
                cipher == null
                        ? null
                        : new Ciphertext(
                                cipher,
                                row.getInteger("key_version"),
                                row.getBuffer("ciphertext").getDelegate()));
    }
}
