-- If another role migrates, grants the services' role the minimum for their statements. The services' role cannot change tables,
-- and it cannot change or delete audit events.
do $$
begin
    if '${service_role}' <> '' then
        execute format('grant usage on schema %I to %I', current_schema(), '${service_role}');
        execute format(
            'grant select, insert, update, delete on provider, provider_version, connection, credential, state_key, job_lease,'
                || ' webhook_endpoint, webhook_secret, webhook_event to %I',
            '${service_role}');
        execute format('grant select, insert on audit_event to %I', '${service_role}');
        execute format('grant select on connection_current to %I', '${service_role}');
        execute format('grant execute on function connection_status(text, timestamptz, timestamptz) to %I', '${service_role}');
        execute format('grant select on flyway_schema_history to %I', '${service_role}');
    end if;
end
$$;

-- The limits that a Broker sets on each of its sessions. It cannot set them through PgBouncer in transaction mode, so the role has
-- them too. A value that the role has already stays.
do $$
declare
    missing record;
begin
    if '${service_role}' <> '' then
        for missing in
            select wanted.name, wanted.value
            from (values ('statement_timeout', '2s'), ('idle_in_transaction_session_timeout', '10s')) wanted (name, value)
            where not exists (
                select 1
                from pg_db_role_setting given
                join pg_roles role on role.oid = given.setrole
                cross join unnest(given.setconfig) entry
                where role.rolname = '${service_role}'
                  and given.setdatabase in (0, (select oid from pg_database where datname = current_database()))
                  and split_part(entry, '=', 1) = wanted.name)
        loop
            execute format(
                'alter role %I in database %I set %s = %L',
                '${service_role}', current_database(), missing.name, missing.value);
        end loop;
    end if;
exception
    when insufficient_privilege then
        raise warning 'The role that migrates may not alter the service role. Have an administrator run, for each of the settings'
            ' statement_timeout = ''2s'' and idle_in_transaction_session_timeout = ''10s'':'
            ' alter role % in database % set …', '${service_role}', current_database();
end
$$;
