-- The address that a request came from, as the Gateway determined it; null for what Nexus does by itself and for what an
-- older version writes.
alter table audit_event add column if not exists client_address text;
