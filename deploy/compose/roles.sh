#!/bin/sh
# PostgreSQL's image runs this once, for an empty database. Creates the role that owns the tables, and the Broker's role,
# which cannot change tables.
set -eu
psql -q -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\set owner_password `cat "$NEXUS_OWNER_PASSWORD_FILE"`
\set broker_password `cat "$NEXUS_BROKER_PASSWORD_FILE"`
create role nexus_owner login password :'owner_password';
create role nexus_broker login password :'broker_password';
revoke all on database :"DBNAME" from public;
alter database :"DBNAME" owner to nexus_owner;
grant connect on database :"DBNAME" to nexus_broker;
SQL
