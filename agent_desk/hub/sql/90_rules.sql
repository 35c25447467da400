-- Who owns what, who may call what, and which rows each person sees. Run last, as superuser.

create function desk.own_everything(p_projections text[]) returns void language plpgsql as $made$
declare
  v_table record;
  v_function record;
  v_ruled constant text[] := array['journal', 'fact', 'conflict', 'ruling', 'personal'] || p_projections;
begin
  for v_table in
    select c.relname as name, c.relkind, c.relispartition as part from pg_class c
    where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p', 'v')
    order by c.relispartition
  loop
    execute format('revoke all on desk.%I from public, desk_member, desk_engine, desk_registrar, desk_reader',
                   v_table.name);
    if v_table.relkind = 'v' then
      execute format('alter view desk.%I owner to desk_owner', v_table.name);
      execute format('grant select on desk.%I to desk_reader', v_table.name);
      continue;
    end if;
    execute format('alter table desk.%I owner to desk_owner', v_table.name);
    execute format('alter table desk.%I enable row level security', v_table.name);
    execute format('alter table desk.%I force row level security', v_table.name);
    execute format('create policy owner on desk.%I to desk_owner using (true) with check (true)',
                   v_table.name);
    continue when v_table.part or v_table.name = 'alembic_version';
    execute format('create policy engine on desk.%I to desk_engine using (true) with check (true)',
                   v_table.name);
    execute format('grant select, insert on desk.%I to desk_engine', v_table.name);
    if v_table.name = 'archived' then
      revoke insert on desk.archived from desk_engine;  -- only taking a month away writes there
    end if;
    if v_table.name in ('state', 'origin', 'head', 'staff', 'staff_group', 'seat', 'presence') then
      execute format('grant update on desk.%I to desk_engine', v_table.name);
    end if;
    if v_table.name = any (v_ruled) then
      execute format('grant select on desk.%I to desk_reader', v_table.name);
      perform desk.rule_rows(v_table.name, v_table.name = any (p_projections));
    end if;
  end loop;
  grant update (until) on desk.staff_right to desk_engine;
  -- Only erasing changes what is kept: the triggers below see to it.
  grant update (value, salt) on desk.personal to desk_engine;
  grant update (personal) on desk.conflict, desk.offered to desk_engine;
  grant execute on function pg_catalog.pg_advisory_xact_lock(bigint),
    pg_catalog.pg_advisory_xact_lock_shared(bigint) to desk_engine;
  grant update (hub_origin) on desk.centre to desk_engine;
  grant delete on desk.offered to desk_engine;

  for v_function in
    select p.oid::regprocedure as signature, p.proname as name, p.prosecdef from pg_proc p
    where p.pronamespace = 'desk'::regnamespace and p.proname <> 'own_everything'
  loop
    execute format('revoke all on function %s from public, desk_member, desk_engine, desk_registrar, desk_reader',
                   v_function.signature);
    execute format('alter function %s owner to %I', v_function.signature,
      case when v_function.name in ('staff_add', 'staff_set', 'password_set', 'make_login',
                                    'end_idle', 'login_again')
           then 'desk_registrar' when v_function.name in ('partitions_ahead', 'month_bound') or v_function.name like 'part\_%'
             then 'desk_owner'
           when v_function.name in ('pull', 'pull_subject', 'present') then 'desk_reader'
           else 'desk_engine' end);
    if v_function.name in ('push', 'beat', 'pull', 'pull_subject', 'present', 'open_origin', 'own_digests', 'take_bundle',
        'staff_add', 'staff_set', 'password_set', 'staff_list', 'group_set', 'group_list',
        'seat_enrol', 'centre_set', 'erase', 'erase_subject', 'rule', 'held_list', 'offer', 'name_hole') then
      execute format('grant execute on function %s to desk_member', v_function.signature);
    end if;
    if v_function.name in ('my_staff', 'my_centre', 'my_groups', 'i_see_all', 'my_people', 'kept', 'may_follow',
                           'keep_days', 'now_us') then
      execute format('grant execute on function %s to desk_reader', v_function.signature);
    end if;
    if v_function.prosecdef then
      -- A session's own settings must not change what the hub's words mean.
      execute format('alter function %s set standard_conforming_strings = on', v_function.signature);
      execute format('alter function %s set row_security = on', v_function.signature);
      execute format('alter function %s set bytea_output = hex', v_function.signature);
      execute format('alter function %s set timezone = ''UTC''', v_function.signature);
      execute format('alter function %s set default_tablespace = ''''', v_function.signature);
    end if;
  end loop;
  grant execute on function desk.write_staff(text, text, boolean, jsonb, boolean),
    desk.login_to_change(text), desk.check_verifier(text) to desk_registrar;
  grant execute on function desk.login_again(text, boolean, boolean), desk.end_idle(), desk.partitions_ahead(integer) to desk_engine;
  grant execute on function desk.misfit(), desk.here(), desk.open_here(uuid), desk.gaps(uuid), desk.all_named(uuid, bigint, bigint) to desk_owner;
end $made$;

-- The row rule: my centre, and mine, or my groups', or told to me, or shared, or I see all.
create function desk.rule_rows(p_table text, p_texts boolean) returns void
language plpgsql as $made$
declare v_cast constant text := case when p_texts then '::text' else '' end;
begin
  execute format(
    'create policy rows on desk.%I for select to desk_reader using ('
    'centre = (select desk.my_centre())%s and ('
    'author = (select desk.my_staff())%s or grp = any ((select desk.my_groups())::text[])'
    ' or (select desk.i_see_all()) %s or exists (select from desk.audience a'
    ' where a.centre = (select desk.my_centre()) and a.subject = %I.subject%s and a.from_grp = %I.grp'
    ' and a.grp = any ((select desk.my_groups())::text[]))))',
    p_table, v_cast, v_cast,
    case when p_texts then '' else 'or reader = (select desk.my_staff())' end,
    p_table, case when p_texts then '::uuid' else '' end, p_table);
end $made$;

do $made$ begin perform desk.own_everything(string_to_array(current_setting('desk.projections'), ' ')); end $made$;
drop function desk.own_everything(text[]);
drop function desk.rule_rows(text, boolean);

create policy rows on desk.audience for select to desk_reader using (
  centre = (select desk.my_centre())
  and (grp = any ((select desk.my_groups())::text[]) or (select desk.i_see_all())));
grant select on desk.audience to desk_reader;

create policy rows on desk.presence for select to desk_reader using (
  centre = (select desk.my_centre())
  and (staff = (select desk.my_staff()) or staff = any ((select desk.my_people())::uuid[])));
grant select on desk.presence to desk_reader;

grant usage on schema desk to desk_member, desk_reader, desk_engine, desk_registrar;
grant usage on schema desk_ext to desk_engine;
revoke create on schema desk from public, desk_member, desk_reader, desk_engine, desk_registrar;
grant execute on all functions in schema desk_ext to desk_engine;

-- Append-only, a second time: not even the owner changes a fact by mistake.
create function desk.refuse_change() returns trigger language plpgsql
set search_path = pg_catalog, desk, pg_temp as $$
begin
  raise exception 'append_only' using errcode = 'AD031';
end $$;
alter function desk.refuse_change() owner to desk_owner;
revoke all on function desk.refuse_change() from public;

-- The one change a personal value may see: it goes, with its salt, once the hub has said so.
create function desk.refuse_all_but_erasing() returns trigger language plpgsql
set search_path = pg_catalog, desk, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    if new.value is null and new.salt = decode(repeat('00', 16), 'hex')
       and to_jsonb(new) - '{value,salt}'::text[] = to_jsonb(old) - '{value,salt}'::text[]
       and exists (select from desk.erased
                   where centre = old.centre and fact = old.fact and field = old.field) then
      return new;
    end if;
  end if;
  raise exception 'append_only' using errcode = 'AD031';
end $$;
alter function desk.refuse_all_but_erasing() owner to desk_owner;
revoke all on function desk.refuse_all_but_erasing() from public;

-- The same for values that came with a conflict.
create function desk.refuse_all_but_scrubbing() returns trigger language plpgsql
set search_path = pg_catalog, desk, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(new) - 'personal' = to_jsonb(old) - 'personal'
       and new.personal is not distinct from desk.scrubbed(old.personal, array(
         select field from desk.erased where centre = old.centre and fact = old.fact)) then
      return new;
    end if;
  end if;
  raise exception 'append_only' using errcode = 'AD031';
end $$;
alter function desk.refuse_all_but_scrubbing() owner to desk_owner;
revoke all on function desk.refuse_all_but_scrubbing() from public;
do $made$
declare v_name text;
begin
  for v_name in select relname from pg_class
    where relnamespace = 'desk'::regnamespace and relkind in ('r', 'p') and not relispartition
      and relname in ('journal', 'fact', 'conflict', 'ruling', 'personal', 'number_claim', 'audience', 'hole', 'erased')
  loop
    execute format('create trigger append_only before update or delete on desk.%I for each row'
                   ' execute function desk.%I()', v_name,
                   case v_name when 'personal' then 'refuse_all_but_erasing'
                               when 'conflict' then 'refuse_all_but_scrubbing' else 'refuse_change' end);
  end loop;
  for v_name in select relname from pg_class
    where relnamespace = 'desk'::regnamespace and (relkind = 'p' or relkind = 'r')
      and (relname in ('journal', 'fact', 'conflict', 'ruling', 'personal', 'number_claim', 'audience', 'hole', 'erased')
           or relispartition)
  loop
    execute format('create trigger no_truncate before truncate on desk.%I for each statement'
                   ' execute function desk.refuse_change()', v_name);
  end loop;
end $made$;
do $made$
declare v_name text;
begin
  for v_name in select relname from pg_class
    where relnamespace = 'desk_away'::regnamespace and relkind = 'r'
  loop
    perform desk.part_put_aside(v_name);
  end loop;
end $made$;

-- People make, change and drop nothing, not even what was granted to them: verbs do that for them.
create function desk.refuse_ddl() returns event_trigger language plpgsql
set search_path = pg_catalog, desk, pg_temp as $$
begin
  if current_user not in ('desk_owner', 'desk_registrar') and current_setting('is_superuser') <> 'on' then
    raise exception 'rights' using errcode = 'AD007';
  end if;
end $$;
alter function desk.refuse_ddl() owner to desk_owner;
revoke all on function desk.refuse_ddl() from public;
drop event trigger if exists desk_no_ddl;
create event trigger desk_no_ddl on ddl_command_start execute function desk.refuse_ddl();
