-- Providers: a null tenant is a global one, from the catalogue alone.
create table provider (
    id                 uuid primary key,
    tenant             text,
    slug               text        not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name               text        not null,
    auth_type          text        not null,
    schema_version     integer     not null check (schema_version >= 1),
    catalogue_revision integer check (catalogue_revision >= 1),
    base_url           text,
    documentation_url  text,
    created_at         timestamptz not null default clock_timestamp(),
    updated_at         timestamptz not null default clock_timestamp(),
    constraint provider_slug_per_tenant unique nulls not distinct (tenant, slug),
    constraint provider_global_has_revision check ((tenant is null) = (catalogue_revision is not null))
);

-- What a connection in flight keeps. JSON as text: jsonb would reorder it.
create table provider_version (
    provider_id       uuid        not null references provider (id),
    version           integer     not null check (version >= 1),
    credential_schema text        not null,
    strategy          text        not null,
    allowed_hosts     text,
    created_at        timestamptz not null default clock_timestamp(),
    primary key (provider_id, version)
);

alter table provider
    add constraint provider_current_version foreign key (id, schema_version)
        references provider_version (provider_id, version) deferrable initially deferred;

create table connection (
    id             uuid primary key,
    tenant         text        not null,
    workspace_id   text        not null check (char_length(workspace_id) between 1 and 255),
    provider_id    uuid        not null,
    schema_version integer     not null,
    label          text        not null default '' check (char_length(label) <= 100),
    return_url     text        not null check (char_length(return_url) <= 2048),
    status         text        not null default 'pending'
        check (status in ('pending', 'active', 'superseded', 'revoked', 'expired')),
    created_at     timestamptz not null,
    expires_at     timestamptz not null,
    activated_at   timestamptz,
    superseded_at  timestamptz,
    revoked_at     timestamptz,
    replaced_by    uuid references connection (id),
    foreign key (provider_id, schema_version) references provider_version (provider_id, version),
    constraint connection_active_since check (status not in ('active', 'superseded') or activated_at is not null),
    constraint connection_replaced check ((status = 'superseded') <= (replaced_by is not null)),
    constraint connection_revoked check ((status = 'revoked') = (revoked_at is not null))
);

create unique index connection_one_active
    on connection (tenant, workspace_id, provider_id, label) where status = 'active';
create index connection_of_tenant on connection (tenant, id desc);
create index connection_of_workspace on connection (tenant, workspace_id, id desc);
create index connection_of_provider on connection (tenant, provider_id, id desc);
create index connection_replaces on connection (replaced_by) where replaced_by is not null;
create index connection_provider_version on connection (provider_id, schema_version);
create index connection_to_expire on connection (expires_at) where status = 'pending';

-- The ciphertext, apart from the connection, so that destroying it is deleting a row.
create table credential (
    connection_id uuid primary key references connection (id),
    cipher        text        not null,
    key_version   integer     not null,
    ciphertext    bytea       not null,
    sealed_at     timestamptz not null default clock_timestamp(),
    destroy_at    timestamptz
);

create index credential_to_destroy on credential (destroy_at) where destroy_at is not null;
create index credential_by_key on credential (cipher, key_version);

create table state_key (
    kid            text primary key,
    cipher         text        not null,
    key_version    integer     not null,
    sealed         bytea       not null,
    created_at     timestamptz not null default clock_timestamp(),
    signs_from     timestamptz not null,
    verifies_until timestamptz
);

create index state_key_newest on state_key (signs_from desc);

-- Append-only: the trigger refuses what the code never does.
create table audit_event (
    id            uuid primary key default gen_random_uuid(),
    tenant        text        not null,
    at            timestamptz not null default clock_timestamp(),
    action        text        not null,
    outcome       text        not null check (outcome in ('success', 'failure')),
    connection_id uuid,
    workspace_id  text,
    provider_id   uuid,
    key_id        text        not null,
    request_id    text        not null
);

create index audit_event_of_tenant on audit_event (tenant, at desc, id desc);
create index audit_event_of_connection on audit_event (tenant, connection_id, at desc, id desc);
create index audit_event_of_action on audit_event (tenant, action, at desc, id desc);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit_event is append-only';
end
$$;

create trigger audit_event_append_only
    before update or delete or truncate on audit_event
    for each statement execute function refuse_change();
