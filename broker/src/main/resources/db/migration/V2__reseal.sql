-- Which replica does a job that one does at a time; a lease that is not renewed is anybody's.
create table job_lease (
    name       text primary key,
    holder     text        not null,
    held_until timestamptz not null
);

-- The re-seal job walks the rows of one key version in the order of their ids.
create index credential_by_sealing_key on credential (cipher, key_version, connection_id);
drop index credential_by_key;
