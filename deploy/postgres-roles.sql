-- Two roles: cham_diem_owner owns the schema and migrates; cham_diem, the application, reads and writes rows and
-- no more. It cannot change a table or drop a trigger, and so not what keeps the audit trail append-only. Events it
-- adds only through the function audit_append, which belongs to the owner; heads of chains and sequences it cannot
-- set. A restore fills tables with ids of their own and is therefore done as cham_diem_owner (docs/operations.md).
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
revoke all on all sequences in schema public from cham_diem;
grant usage on all sequences in schema public to cham_diem;
alter default privileges for role cham_diem_owner in schema public
    grant select, insert, update, delete on tables to cham_diem;
alter default privileges for role cham_diem_owner in schema public revoke update on sequences from cham_diem;
alter default privileges for role cham_diem_owner in schema public grant usage on sequences to cham_diem;

do $$
declare
    name text;
begin
    foreach name in array array['audit_event', 'audit_head', 'audit_root', 'audit_leaf', 'round_record',
            'alembic_version'] loop
        if to_regclass('public.' || name) is not null then
            execute format('revoke update, delete on public.%I from cham_diem', name);
        end if;
    end loop;
    foreach name in array array['audit_event', 'audit_head', 'alembic_version'] loop
        if to_regclass('public.' || name) is not null then
            execute format('revoke insert on public.%I from cham_diem', name);
        end if;
    end loop;
    if to_regprocedure('public.audit_append(text[], text[])') is not null then
        alter function public.audit_append(text[], text[]) owner to cham_diem_owner;
        revoke all on function public.audit_append(text[], text[]) from public;
        grant execute on function public.audit_append(text[], text[]) to cham_diem;
    end if;
end $$;

commit;
