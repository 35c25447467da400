-- Roles of the cluster, shared by all hubs on it, and what the public loses in this database.
do $made$
begin
  if not exists (select from pg_roles where rolname = 'desk_owner') then
    create role desk_owner nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'desk_engine') then
    create role desk_engine nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'desk_member') then
    create role desk_member nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'desk_registrar') then
    create role desk_registrar nologin createrole;
  end if;
  grant desk_member to desk_registrar with admin option;
  grant pg_signal_backend, pg_read_all_stats to desk_registrar;
  execute format('revoke all on database %I from public', current_database());
  execute format('alter database %I set jit = off', current_database());
  execute format('grant connect on database %I to desk_member', current_database());
end $made$;
revoke all on schema public from public;
create schema if not exists desk_ext;
create schema if not exists desk authorization desk_owner;
create extension if not exists pgcrypto schema desk_ext;
revoke all on all functions in schema desk_ext from public;
do $made$
declare v_name regprocedure;
begin
  for v_name in select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace
    and (proname like 'lo\_%' or proname in ('loread', 'lowrite', 'lo_put', 'pg_logical_emit_message'))
  loop
    execute format('revoke execute on function %s from public', v_name);
  end loop;
  for v_name in select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace
    and proname in ('pg_stat_get_activity', 'pg_logical_emit_message')
  loop
    execute format('revoke execute on function %s from public', v_name);
  end loop;
end $made$;
revoke select on pg_catalog.pg_roles, pg_catalog.pg_user, pg_catalog.pg_group,
  pg_catalog.pg_auth_members, pg_catalog.pg_stat_activity, pg_catalog.pg_largeobject_metadata
  from public;
grant select on pg_catalog.pg_stat_activity, pg_catalog.pg_roles to desk_registrar;
grant execute on function pg_catalog.pg_stat_get_activity(integer) to desk_registrar;
