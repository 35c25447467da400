-- What the public loses in this database, and who may connect to it.
do $made$
declare
  v_login text;
  v_ours boolean;
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('alter database %I set jit = off', current_database());
  -- Each login may connect by itself: what a shared role held, any member could drop for all.
  execute format('revoke all on database %I from desk_member', current_database());
  execute format('grant connect on database %I to desk_registrar with grant option', current_database());
  for v_login in
    select rolname from pg_roles r where to_regclass('desk.staff') is not null
      and exists (select from pg_auth_members m where m.member = r.oid and m.roleid = 'desk_member'::regrole)
  loop
    execute format('select exists (select from desk.staff where login = %L)', v_login) into v_ours;
    if v_ours then
      execute format('set local role desk_registrar');
      execute format('grant connect on database %I to %I', current_database(), v_login);
      execute format('reset role');
    end if;
  end loop;
  foreach v_login in array array['postgres', 'template1'] loop
    if exists (select from pg_database where datname = v_login
               and has_database_privilege('public', oid, 'connect')) then
      execute format('revoke connect, temporary on database %I from public', v_login);
    end if;
  end loop;
end $made$;
revoke all on schema public from public;
create schema if not exists desk_ext;
create schema if not exists desk authorization desk_owner;
create schema if not exists desk_away authorization desk_owner;
create extension if not exists pgcrypto schema desk_ext;
revoke all on all functions in schema desk_ext from public;
do $made$
declare v_name regprocedure;
begin
  for v_name in select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace
    and (proname like 'lo\_%' or proname in ('loread', 'lowrite', 'lo_put', 'pg_logical_emit_message')
         or proname like 'pg\_advisory%' or proname like 'pg\_try\_advisory%')
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
