package dev.nexus.broker.tenant;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The SQL statements that erase a tenant. Each method runs one transaction. Each statement is limited to the tenant.
 */
class TenantErasureStatements {

    /**
     * Reads a batch of connections in the order of their ids, also those without a credential. A batch of credentials
     * would have to skip all connections whose credential is already deleted, and would take longer each time.
     */
    private static final String DESTROY_CREDENTIALS = """
            with batch as (
                select tenant, id, workspace_id, provider_id from connection
                where tenant = $1 and id < $2 order by id desc limit $3
            ), destroyed as (
                delete from credential k using batch c where k.connection_id = c.id
                returning c.tenant, c.id, c.workspace_id, c.provider_id
            ), audited as (
            """
            + Audit.of(AuditAction.CREDENTIAL_DESTROYED)
                    .connections("destroyed")
                    .bySystem("'erase-tenant'")
                    .insert()
            + """
             returning 1)
            select (select count(*) from audited) as credentials, (select id from batch order by id limit 1) as last
            """;

    /** Greater than each id. */
    static final UUID BEFORE_FIRST = new UUID(-1, -1);

    private static final String LOCK_CONNECTIONS = "select id from connection where tenant = $1 limit $2 for update";

    /**
     * Revokes the connections that a connection of the batch has superseded, and clears their replaced_by. Otherwise
     * these references would prevent the deletion of the batch.
     */
    private static final String UNLINK = """
            update connection set status = 'revoked', revoked_at = clock_timestamp(), replaced_by = null
            where tenant = $1 and replaced_by = any($2)
            """;

    /** Deletes credentials that captures have stored since the credentials were deleted. */
    private static final String DESTROY_LATE_CREDENTIALS = """
            with destroyed as (
                delete from credential k using connection c
                where k.connection_id = c.id and c.tenant = $1 and c.id = any($2)
                returning c.tenant, c.id, c.workspace_id, c.provider_id
            ), audited as (
            """
            + Audit.of(AuditAction.CREDENTIAL_DESTROYED)
                    .connections("destroyed")
                    .bySystem("'erase-tenant'")
                    .insert()
            + """
             returning 1)
            select count(*) as credentials from audited
            """;

    private static final String DELETE_CONNECTIONS = "delete from connection where tenant = $1 and id = any($2)";

    private static final String NO_TIME_LIMIT = "set local statement_timeout = 0";

    private static final String COUNT = """
            select (select count(*) from connection c join credential k on k.connection_id = c.id where c.tenant = $1)
                       as credentials,
                   (select count(*) from connection where tenant = $1) as connections,
                   (select count(*) from provider where tenant = $1) as providers,
                   (select count(*) from provider p join provider_version v on v.provider_id = p.id
                    where p.tenant = $1) as versions,
                   (select count(*) from webhook_endpoint where tenant = $1)
                       + (select count(*) from webhook_event where tenant = $1) as webhooks,
                   (select count(*) from audit_event where tenant = $1) as audit_events
            """;

    private static final String DELETE_VERSIONS = """
            delete from provider_version v using provider p where v.provider_id = p.id and p.tenant = $1
            """;

    private static final String DELETE_PROVIDERS = "delete from provider where tenant = $1";

    /** Also deletes the endpoint's secrets, by cascade. */
    private static final String DELETE_WEBHOOK = "delete from webhook_endpoint where tenant = $1";

    private static final String DELETE_WEBHOOK_EVENTS = """
            delete from webhook_event where id = any(array(select id from webhook_event where tenant = $1 limit $2))
            """;

    private static final String AUDIT_ERASED = Audit.of(AuditAction.TENANT_ERASED)
            .tenant("$1")
            .bySystem("'erase-tenant'")
            .insert();

    private final Pool pool;

    TenantErasureStatements(Pool pool) {
        this.pool = pool;
    }

    /**
     * The numbers of a tenant's rows.
     *
     * @param providers the tenant's own providers
     * @param webhooks the webhook endpoint and its events
     */
    record Holdings(
            long credentials,
            long connections,
            long providers,
            long providerVersions,
            long webhooks,
            long auditEvents) {

        /** Returns true if no rows are left except audit events, which an erasure keeps. */
        boolean isErased() {
            return credentials + connections + providers + providerVersions + webhooks == 0;
        }
    }

    /** Counts without a time limit, because a tenant can have many millions of rows. */
    Uni<Holdings> count(String tenant) {
        return pool.withTransaction(transaction -> transaction
                        .query(NO_TIME_LIMIT)
                        .execute()
                        .chain(() -> transaction.preparedQuery(COUNT).execute(Tuple.of(tenant))))
                .map(rows -> rows.iterator().next())
                .map(row -> new Holdings(
                        row.getLong("credentials"),
                        row.getLong("connections"),
                        row.getLong("providers"),
                        row.getLong("versions"),
                        row.getLong("webhooks"),
                        row.getLong("audit_events")));
    }

    /**
     * A batch of connections whose credentials are deleted.
     *
     * @param credentials the number of deleted credentials
     * @param last the smallest id of the batch; null if no connection is left
     */
    record Destroyed(long credentials, @Nullable UUID last) {}

    /** Deletes the credentials of the next {@code batch} connections whose ids are less than {@code before}. */
    Uni<Destroyed> destroyCredentials(String tenant, UUID before, int batch) {
        return pool.preparedQuery(DESTROY_CREDENTIALS)
                .execute(Tuple.of(tenant, before, batch))
                .map(rows -> rows.iterator().next())
                .map(row -> new Destroyed(row.getLong("credentials"), row.getUUID("last")));
    }

    /**
     * A batch of deleted connections.
     *
     * @param credentials the number of credentials that were deleted with them
     */
    record Deleted(int connections, long credentials) {}

    /** Deletes a batch of connections, and the credentials that they still have. */
    Uni<Deleted> deleteConnections(String tenant, int batch) {
        return pool.withTransaction(transaction -> transaction
                .preparedQuery(LOCK_CONNECTIONS)
                .execute(Tuple.of(tenant, batch))
                .map(TenantErasureStatements::ids)
                .flatMap(ids -> transaction
                        .preparedQuery(UNLINK)
                        .execute(Tuple.of(tenant, ids))
                        .chain(() -> transaction
                                .preparedQuery(DESTROY_LATE_CREDENTIALS)
                                .execute(Tuple.of(tenant, ids)))
                        .map(rows -> rows.iterator().next().getLong("credentials"))
                        .flatMap(credentials -> transaction
                                .preparedQuery(DELETE_CONNECTIONS)
                                .execute(Tuple.of(tenant, ids))
                                .map(rows -> new Deleted(rows.rowCount(), credentials)))));
    }

    private static UUID[] ids(RowSet<Row> rows) {
        List<UUID> ids = new ArrayList<>(rows.size());
        for (Row row : rows) {
            ids.add(row.getUUID("id"));
        }
        return ids.toArray(UUID[]::new);
    }

    /** Deletes the tenant's own providers and their versions in one transaction, because each references the other. */
    Uni<Void> deleteProviders(String tenant) {
        return pool.withTransaction(transaction -> transaction
                .preparedQuery(DELETE_VERSIONS)
                .execute(Tuple.of(tenant))
                .chain(() -> transaction.preparedQuery(DELETE_PROVIDERS).execute(Tuple.of(tenant)))
                .replaceWithVoid());
    }

    /** Deletes the webhook endpoint, so that no new events are written. */
    Uni<Void> deleteWebhook(String tenant) {
        return pool.preparedQuery(DELETE_WEBHOOK).execute(Tuple.of(tenant)).replaceWithVoid();
    }

    /** Deletes a batch of webhook events and returns their number. */
    Uni<Integer> deleteWebhookEvents(String tenant, int batch) {
        return pool.preparedQuery(DELETE_WEBHOOK_EVENTS)
                .execute(Tuple.of(tenant, batch))
                .map(rows -> rows.rowCount());
    }

    Uni<Void> auditErasure(String tenant) {
        return pool.preparedQuery(AUDIT_ERASED).execute(Tuple.of(tenant)).replaceWithVoid();
    }
}
