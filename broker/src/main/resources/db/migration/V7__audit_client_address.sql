-- The address that a request came from, as the Gateway determined it; null for what Nexus does by itself and for what an
-- older version writes.
alter table audit_event add column if not exists client_address text;

-- For the filter by API key. On a large table, create it before the migration with "concurrently": see docs/upgrading.md.
create index if not exists audit_event_of_key on audit_event (tenant, key_id, at desc, id desc);
