-- docs/upgrading.md has these statements with "concurrently", for a large table, to run before the migration.

-- The list of connections by status. One more entry for each insert and change of a connection: both write every other
-- index already, because "status" is in the predicates of two of them, so no update is a heap-only one.
create index if not exists connection_of_status on connection (tenant, status, id desc);
-- By label. Partial: a connection without a label, the usual one, costs nothing here.
create index if not exists connection_of_label on connection (tenant, label, id desc) where label <> '';
-- What a deleted provider leaves, newest first, for the list of revoked connections and for the sweeper; replaces
-- connection_of_provider_to_revoke, which had no order.
create index if not exists connection_of_deleted_provider on connection (provider_id, id desc)
    where status in ('pending', 'active', 'superseded');
drop index if exists connection_of_provider_to_revoke;
create index if not exists provider_deleted on provider (tenant) where deleted_at is not null;

-- "What has this API key done?" is the first question after a key has leaked; without the index it reads the tenant's
-- whole audit. One more entry for each event.
create index if not exists audit_event_of_key on audit_event (tenant, key_id, at desc, id desc);

-- A rotation that is sent again with the same Idempotency-Key answers with the secret that the first one made.
alter table webhook_secret
    add column idempotency_key text check (char_length(idempotency_key) between 1 and 255);

-- A prepared statement is planned without its values, from the average number of rows for a value. One provider or one
-- action that has nearly all rows makes that average so large that the planner walks the tenant by id and checks each row:
-- a filter without hits then reads them all. With many distinct values, as far as the planner knows, it takes the index of
-- the filter, which is never worse, because it has the order of the list too.
alter table connection
    alter column workspace_id set (n_distinct = -0.05),
    alter column provider_id set (n_distinct = -0.05),
    alter column label set (n_distinct = -0.05),
    alter column status set (n_distinct = -0.05);
alter table audit_event
    alter column connection_id set (n_distinct = -0.05),
    alter column key_id set (n_distinct = -0.05),
    alter column action set (n_distinct = -0.05);
analyze connection, audit_event;
