-- Where a tenant is told what happens to its connections; one endpoint for each tenant.
create table webhook_endpoint (
    id          uuid primary key,
    tenant      text        not null,
    url         text        not null check (char_length(url) <= 2048),
    -- Raised with every change; the ETag is made of it.
    edition     integer     not null default 1 check (edition >= 1),
    -- The receiver has answered 410: nothing more is written for it until its URL is put again.
    disabled_at timestamptz,
    created_at  timestamptz not null default clock_timestamp(),
    updated_at  timestamptz not null default clock_timestamp(),
    constraint webhook_endpoint_per_tenant unique (tenant)
);

-- What its deliveries are signed with: the newest, and the former one for as long as a rotation takes.
create table webhook_secret (
    id          uuid primary key,
    endpoint_id uuid        not null references webhook_endpoint (id) on delete cascade,
    tenant      text        not null,
    cipher      text        not null,
    key_version integer     not null,
    sealed      bytea       not null,
    created_at  timestamptz not null default clock_timestamp(),
    -- Null: until the next rotation.
    valid_until timestamptz
);

create unique index webhook_secret_newest on webhook_secret (endpoint_id) where valid_until is null;
create index webhook_secret_of_endpoint on webhook_secret (endpoint_id);

-- The outbox: written by the statement that makes the change, and only where the tenant has an endpoint. Without foreign
-- keys, so that a change of a connection waits for nobody's change of a webhook.
create table webhook_event (
    id                uuid primary key,
    endpoint_id       uuid        not null,
    tenant            text        not null,
    type              text        not null,
    occurred_at       timestamptz not null default clock_timestamp(),
    connection_id     uuid        not null,
    workspace_id      text        not null,
    provider_id       uuid        not null,
    label             text        not null,
    connection_status text        not null,
    replaced_by       uuid,
    status            text        not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
    attempts          integer     not null default 0,
    -- While somebody delivers it, until when it is theirs.
    next_attempt_at   timestamptz not null default clock_timestamp(),
    last_outcome      text,
    ended_at          timestamptz,
    constraint webhook_event_ended check ((status = 'pending') = (ended_at is null))
);

create index webhook_event_due on webhook_event (endpoint_id, next_attempt_at) where status = 'pending';
create index webhook_event_oldest on webhook_event (occurred_at) where status = 'pending';
create index webhook_event_to_forget on webhook_event (ended_at) where status <> 'pending';
create index webhook_event_of_tenant on webhook_event (tenant);
