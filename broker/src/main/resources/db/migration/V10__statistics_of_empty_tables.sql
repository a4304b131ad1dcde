-- V6 analyzes these tables, which are empty in a new installation. A plan that PostgreSQL makes for an empty table can use any index, and
-- PostgreSQL keeps the plan while the table grows. Without this statistic, PostgreSQL plans for a table of ten pages. The function exists
-- since PostgreSQL 18.
do $$
declare
    empty_table text;
begin
    if to_regprocedure('pg_catalog.pg_clear_relation_stats(text, text)') is not null then
        for empty_table in
            select 'connection' where not exists (select from connection)
            union all
            select 'audit_event' where not exists (select from audit_event)
        loop
            perform pg_clear_relation_stats(current_schema(), empty_table);
        end loop;
    end if;
end
$$;
