-- The services' own role, where it is not the one that migrates: what its statements need and no more. It changes no table,
-- and of the audit it can neither change nor delete a row.
do $$
begin
    if '${service_role}' <> '' then
        execute format('grant usage on schema %I to %I', current_schema(), '${service_role}');
        execute format(
            'grant select, insert, update, delete on provider, provider_version, connection, credential, state_key, job_lease,'
                || ' webhook_endpoint, webhook_secret, webhook_event to %I',
            '${service_role}');
        execute format('grant select, insert on audit_event to %I', '${service_role}');
        execute format('grant select on flyway_schema_history to %I', '${service_role}');
    end if;
end
$$;
