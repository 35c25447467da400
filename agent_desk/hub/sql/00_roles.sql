-- Roles of the cluster, shared by all hubs on it.
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
  if not exists (select from pg_roles where rolname = 'desk_reader') then
    create role desk_reader nologin;
  end if;
  if not pg_has_role('desk_registrar', 'desk_member', 'member with admin option') then
    grant desk_member to desk_registrar with admin option;
  end if;
  grant pg_signal_backend, pg_read_all_stats to desk_registrar;
end $made$;
