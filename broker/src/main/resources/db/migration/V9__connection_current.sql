-- The status of a connection as callers see it. It can differ from the stored one until the sweeper has run: a pending
-- connection expires, and the deletion of its provider revokes a connection that has not ended. PostgreSQL inlines this function
-- into a statement, so it costs no call and hides no index; keep it STABLE, without SET, and free of subqueries. For that reason
-- the time is the statement's, not clock_timestamp(), which is volatile.
create function connection_status(stored text, expires_at timestamptz, provider_deleted_at timestamptz) returns text
    language sql stable parallel safe
    as $$
        select case
            when stored = 'pending' and expires_at <= coalesce(provider_deleted_at, statement_timestamp()) then 'expired'
            when stored in ('pending', 'active', 'superseded') and provider_deleted_at is not null then 'revoked'
            else stored
        end
    $$;

-- The connections with their current status and their provider. Without the return URL, which only a capture needs.
create view connection_current as
select c.id, c.tenant, c.workspace_id, c.provider_id, c.schema_version, c.label,
       connection_status(c.status, c.expires_at, p.deleted_at) as status,
       c.created_at, c.expires_at, c.activated_at, c.replaced_by, coalesce(c.revoked_at, p.deleted_at) as revoked_at,
       c.verification, c.verification_reason, c.verified_at,
       p.slug as provider_slug, p.name as provider_name,
       array(select r.id from connection r where r.replaced_by = c.id and r.tenant = c.tenant order by r.id) as replaces
from connection c join provider p on p.id = c.provider_id;
