-- A tenant's own provider may come from a catalogue folder too; a global one always does.
alter table provider
    drop constraint provider_global_has_revision,
    add constraint provider_global_has_revision check (tenant is not null or catalogue_revision is not null),
    -- Raised with every change; the ETag is made of it.
    add column edition integer not null default 1 check (edition >= 1),
    -- A deleted provider stays for the connections that name it, and serves none of them.
    add column deleted_at timestamptz,
    drop constraint provider_slug_per_tenant;
create unique index provider_slug_per_tenant on provider (tenant, slug) nulls not distinct where deleted_at is null;

-- Where the provider is and how it is asked about a credential belong to the version that a connection began with.
alter table provider_version
    add column base_url     text,
    add column verification text;
update provider_version v set base_url = p.base_url
from provider p where p.id = v.provider_id and p.schema_version = v.version;

-- What the provider said about the credential, and when; null where it was not asked.
alter table connection
    add column verification        text check (verification in ('verified', 'unverified')),
    add column verification_reason text,
    add column verified_at         timestamptz,
    add constraint connection_verification_time check ((verification is null) = (verified_at is null));

-- The sweeper's way to what a deleted provider leaves behind.
create index connection_of_provider_to_revoke on connection (provider_id)
    where status in ('pending', 'active', 'superseded');
