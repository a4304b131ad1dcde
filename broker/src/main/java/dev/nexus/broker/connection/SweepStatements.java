package dev.nexus.broker.connection;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.webhook.delivery.EventType;
import dev.nexus.broker.webhook.delivery.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The sweeper's statements. They cover all tenants, in batches of at most 100 rows, and skip rows that another
 * transaction has locked.
 */
@ApplicationScoped
class SweepStatements {

    /** The maximum number of rows in a batch. The SQL text of each statement also contains this number. */
    static final int BATCH = 100;

    /**
     * The index returns pending rows past their time, the oldest first. Their current status is expired or revoked, so
     * "not revoked" selects the expired rows. The statement does not compare with "= 'expired'", and reads the provider
     * in a subquery. Otherwise the planner would expect few rows, and sort the whole backlog for each batch.
     */
    static final String EXPIRE = """
            with due as (
                select c.id from connection c
                where c.status = 'pending' and c.expires_at <= now()
                  and connection_status(c.status, c.expires_at,
                                        (select p.deleted_at from provider p where p.id = c.provider_id)) <> 'revoked'
                order by c.expires_at limit 100 for update skip locked
            ), swept as (
                update connection c set status = 'expired'
                where c.id = any(array(select id from due)) and c.status = 'pending'
                returning c.tenant, c.id, c.workspace_id, c.provider_id
            )
            """ + audit(AuditAction.CONNECTION_EXPIRED, "swept");

    static final String DESTROY = """
            with due as (
                select connection_id from credential
                where destroy_at <= now()
                order by destroy_at limit 100 for update skip locked
            ), destroyed as (
                delete from credential k where k.connection_id = any(array(select connection_id from due))
                returning k.connection_id
            )
            """
            + audit(AuditAction.CREDENTIAL_DESTROYED, "destroyed join connection c on c.id = destroyed.connection_id");

    /**
     * Revokes connections with a deleted provider and the stored status pending, active or superseded. The current
     * status of these connections is already revoked. If the current status of a pending connection is expired instead,
     * {@link #EXPIRE} changes the connection. The statement reads each provider's connections separately, so that the
     * planner uses the index. Otherwise the planner would scan the whole table, because most connections have one of
     * these stored statuses.
     */
    static final String REVOKE = """
            with due as (
                select c.id, p.deleted_at
                from provider p cross join lateral (
                    select id from connection
                    where provider_id = p.id and status in ('pending', 'active', 'superseded')
                      and connection_status(status, expires_at, p.deleted_at) <> 'expired'
                    order by id desc limit 100 for update skip locked) c
                where p.deleted_at is not null
                limit 100
            ), revoked as (
                update connection c set status = 'revoked', revoked_at = due.deleted_at
                from due where c.id = due.id
                returning c.tenant, c.id, c.workspace_id, c.provider_id, c.label, c.status, c.replaced_by
            ), outbox as (
                %s
            ), destroyed as (
                delete from credential k using revoked r where k.connection_id = r.id
                returning r.tenant, r.id, r.workspace_id, r.provider_id
            ), audit as (
                %s
            )
            %s
            """.formatted(
                    Outbox.insert(EventType.CONNECTION_REVOKED, "revoked"),
                    audit(AuditAction.CREDENTIAL_DESTROYED, "destroyed"),
                    audit(AuditAction.CONNECTION_REVOKED, "revoked"));

    private static String audit(AuditAction action, String connections) {
        return Audit.of(action).connections(connections).bySystem("'sweeper'").insert();
    }

    private final Pool pool;

    SweepStatements(Pool pool) {
        this.pool = pool;
    }

    /** Marks a batch of overdue pending connections as expired. Returns their number. */
    Uni<Integer> expire() {
        return pool.preparedQuery(EXPIRE).execute().map(rows -> rows.rowCount());
    }

    /**
     * Revokes a batch of connections whose provider is deleted, and destroys their ciphertexts. Returns the number of
     * connections.
     */
    Uni<Integer> revoke() {
        return pool.preparedQuery(REVOKE).execute().map(rows -> rows.rowCount());
    }

    /** Destroys a batch of ciphertexts whose grace period is over. Returns their number. */
    Uni<Integer> destroy() {
        return pool.preparedQuery(DESTROY).execute().map(rows -> rows.rowCount());
    }
}
