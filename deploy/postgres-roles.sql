-- Two roles: cham_diem_owner owns the schema and migrates; cham_diem, the application, reads and writes rows and
-- no more. It cannot change a table or drop a trigger, and so not what keeps the audit trail append-only.
-- (Sequences it may set: after a restore they count on from the rows that came with their ids.)
-- As PostgreSQL's superuser, in the application's database, once before the first migration and again after each:
--     sudo -u postgres psql -d cham_diem -f deploy/postgres-roles.sql
\set ON_ERROR_STOP on
begin;

do $$
begin
    if to_regrole('cham_diem_owner') is null then create role cham_diem_owner login; end if;
    if to_regrole('cham_diem') is null then create role cham_diem login; end if;
    execute format('alter database %I owner to cham_diem_owner', current_database());
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to cham_diem', current_database());
end $$;

reassign owned by cham_diem to cham_diem_owner;  -- of an installation that had one role
revoke create on schema public from public, cham_diem;
grant usage, create on schema public to cham_diem_owner;
grant usage on schema public to cham_diem;

grant select, insert, update, delete on all tables in schema public to cham_diem;
grant usage, update on all sequences in schema public to cham_diem;
alter default privileges for role cham_diem_owner in schema public
    grant select, insert, update, delete on tables to cham_diem;
alter default privileges for role cham_diem_owner in schema public
    grant usage, update on sequences to cham_diem;

do $$
declare
    name text;
begin
    foreach name in array array['audit_event', 'round_record', 'alembic_version'] loop
        if to_regclass('public.' || name) is not null then
            execute format('revoke update, delete on public.%I from cham_diem', name);
        end if;
    end loop;
    if to_regclass('public.alembic_version') is not null then
        revoke insert on public.alembic_version from cham_diem;
    end if;
end $$;

commit;
