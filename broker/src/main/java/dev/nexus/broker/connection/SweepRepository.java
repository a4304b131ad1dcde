package dev.nexus.broker.connection;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The sweeper's statements, for every tenant at once, in batches of at most 100 rows. Rows that another replica holds
 * are skipped.
 */
@ApplicationScoped
class SweepRepository {

    /** Rows in one batch. */
    static final int BATCH = 100;

    static final String EXPIRE = """
            with due as (
                select id from connection
                where status = 'pending' and expires_at <= now()
                order by expires_at limit 100 for update skip locked
            ), swept as (
                update connection c set status = 'expired'
                where c.id = any(array(select id from due)) and c.status = 'pending'
                returning c.tenant, c.id, c.workspace_id, c.provider_id
            )
            insert into audit_event
                (tenant, action, outcome, connection_id, workspace_id, provider_id, key_id, request_id)
            select tenant, 'connection.expired', 'success', id, workspace_id, provider_id, 'system', 'sweeper' from swept
            """;

    static final String DESTROY = """
            with due as (
                select connection_id from credential
                where destroy_at <= now()
                order by destroy_at limit 100 for update skip locked
            ), gone as (
                delete from credential k where k.connection_id = any(array(select connection_id from due))
                returning k.connection_id
            )
            insert into audit_event
                (tenant, action, outcome, connection_id, workspace_id, provider_id, key_id, request_id)
            select c.tenant, 'credential.destroyed', 'success', c.id, c.workspace_id, c.provider_id, 'system', 'sweeper'
            from gone join connection c on c.id = gone.connection_id
            """;

    private final Pool pool;

    SweepRepository(Pool pool) {
        this.pool = pool;
    }

    /** Marks a batch of pending connections past their time as expired; how many. */
    Uni<Integer> expire() {
        return pool.preparedQuery(EXPIRE).execute().map(rows -> rows.rowCount());
    }

    /** Destroys a batch of ciphertexts past their grace; how many. */
    Uni<Integer> destroy() {
        return pool.preparedQuery(DESTROY).execute().map(rows -> rows.rowCount());
    }
}
