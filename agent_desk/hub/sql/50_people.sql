-- Staff, groups and seats. Verbs that make logins run as desk_registrar and hold nothing else;
-- what they write down they hand to the engine's words, which check the caller again.

-- The centre I administer. The centre's people are changed by one administrator at a time.
create function desk.i_administer() returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, desk, pg_temp as $$
declare v_me constant desk.staff := desk.caller();
begin
  perform desk.one_speaks(v_me.centre);
  perform from desk.state where centre = v_me.centre for update;
  if not exists (select from desk.staff s join desk.staff_right r on r.centre = s.centre and r.staff = s.id
                 where s.centre = v_me.centre and s.id = v_me.id and s.active and r.until is null
                   and r.grp = '*' and r.role = 'admin') then
    perform desk.refuse('rights');
  end if;
  return v_me.centre;
end $$;

create function desk.login_name(p_centre uuid, p_number text) returns text language sql stable as
$$ select 'desk_' || left(encode(sha256(convert_to(salt || ':' || id || ':' || p_number, 'UTF8')),
                                 'hex'), 24)
   from desk.centre where id = p_centre $$;

-- p_grants: {"group": "role", ...}. Refused unless every group exists and every role is one.
create function desk.check_grants(p_centre uuid, p_grants jsonb) returns void
language plpgsql stable as $$
begin
  if jsonb_typeof(p_grants) is distinct from 'object' or exists (
    select from jsonb_each_text(p_grants) g(grp, role)
    where role not in ('agent', 'clerk', 'leader', 'manager', 'admin')
      or role = 'admin' and grp <> '*'
      or grp <> '*' and not exists (select from desk.staff_group
                                    where centre = p_centre and code = grp)) then
    raise exception 'grants_wrong' using errcode = 'AD021';
  end if;
end $$;

create function desk.check_word(p_text text, p_most integer) returns void
language plpgsql immutable as $$
begin
  if p_text is null or p_text !~ '[^[:space:]]' or length(p_text) > p_most or p_text ~ '[[:cntrl:]]' then
    raise exception 'text_wrong' using errcode = 'AD022';
  end if;
end $$;

-- The staff row and its rights become what is told; what ended is kept with its end.
create function desk.set_staff(p_centre uuid, p_staff uuid, p_number text, p_name text,
                               p_active boolean, p_grants jsonb, p_by uuid)
returns void language plpgsql as $$
declare v_now constant bigint := desk.now_us();
begin
  insert into desk.staff as s (centre, id, number, name, login, active, ended)
    values (p_centre, p_staff, p_number, p_name, desk.login_name(p_centre, p_number), p_active,
            case when not p_active then v_now end)
    on conflict (centre, id) do update set name = excluded.name, active = excluded.active,
      ended = case when excluded.active then null else coalesce(s.ended, excluded.ended) end,
      grants_version = s.grants_version + 1;
  update desk.staff_right r set until = v_now
    where centre = p_centre and staff = p_staff and until is null
      and role is distinct from p_grants->>r.grp;
  insert into desk.staff_right (centre, staff, grp, role, since)
    select p_centre, p_staff, g.grp, g.role, v_now from jsonb_each_text(p_grants) g(grp, role)
    where not exists (select from desk.staff_right r where r.centre = p_centre
                      and r.staff = p_staff and r.grp = g.grp and r.role = g.role
                      and r.until is null);
  perform desk.tell_staff(p_centre, p_staff, p_by, 'rights', v_now);
end $$;

-- A person as of now, who changed them, and what: rights, or their password. Rights begin and end when the fact
-- says, so that a hub that hears it again after a restore has them to the microsecond.
create function desk.tell_staff(p_centre uuid, p_staff uuid, p_by uuid, p_what text, p_when bigint default null)
returns void
language sql as
$$ select desk.say(p_centre, 'hub.staff_set', '*', s.id, jsonb_build_object(
     'staff', s.id, 'number', s.number, 'name', s.name, 'active', s.active, 'by', p_by,
     'changed', p_what,
     'grants', (select coalesce(jsonb_agg(jsonb_build_object('granted', grp, 'role', role)
                                          order by grp collate "C"), '[]')
                from desk.staff_right r where r.centre = s.centre and r.staff = s.id
                  and r.until is null)), null, p_when)
   from desk.staff s where s.centre = p_centre and s.id = p_staff $$;

create function desk.write_staff(p_number text, p_name text, p_active boolean, p_grants jsonb,
                                 p_new boolean)
returns json language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_centre constant uuid := desk.i_administer();
  v_staff desk.staff;
begin
  perform desk.check_word(p_number, 32);
  select * into v_staff from desk.staff where centre = v_centre and number = p_number for update;
  if p_new = found then
    raise exception '%', case when p_new then 'staff_exists' else 'staff_unknown' end
      using errcode = case when p_new then 'AD023' else 'AD024' end;
  end if;
  p_name := coalesce(p_name, v_staff.name);
  p_active := coalesce(p_active, v_staff.active, true);
  p_grants := coalesce(p_grants, (select jsonb_object_agg(grp, role) from desk.staff_right
    where centre = v_centre and staff = v_staff.id and until is null), '{}');
  perform desk.check_word(p_name, 100);
  perform desk.check_grants(v_centre, p_grants);
  perform desk.keep_an_admin(v_centre, v_staff.id, p_active, p_grants);
  v_staff.id := coalesce(v_staff.id, desk.uuid7(desk.now_us() / 1000));
  perform desk.set_staff(v_centre, v_staff.id, p_number, p_name, p_active, p_grants,
                         (select id from desk.caller()));
  return json_build_object('staff', v_staff.id, 'login', desk.login_name(v_centre, p_number),
                           'active', p_active);
end $$;

-- A centre must not lock itself out: one active admin stays.
create function desk.keep_an_admin(p_centre uuid, p_staff uuid, p_active boolean, p_grants jsonb)
returns void language plpgsql as $$
begin
  if not (p_active and p_grants->>'*' is not distinct from 'admin') and not exists (
    select from desk.staff s join desk.staff_right r on r.centre = s.centre and r.staff = s.id
    where s.centre = p_centre and s.active and r.grp = '*' and r.role = 'admin'
      and r.until is null and s.id is distinct from p_staff) then
    raise exception 'last_admin' using errcode = 'AD025';
  end if;
end $$;

create function desk.check_verifier(p_verifier text) returns void language plpgsql immutable as $$
begin
  if p_verifier is null
     or p_verifier !~ '^SCRAM-SHA-256\$[0-9]{4,7}:[A-Za-z0-9+/]{22,}={0,2}\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$'
  then
    raise exception 'verifier_wrong' using errcode = 'AD026';
  end if;
end $$;

-- A new member of staff. The verifier is made on the client: no password comes here.
create function desk.staff_add(p_number text, p_name text, p_grants jsonb, p_verifier text)
returns uuid language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare v_told json;
begin
  perform desk.check_verifier(p_verifier);
  v_told := desk.write_staff(p_number, p_name, true, p_grants, true);
  perform desk.make_login(v_told->>'login', p_verifier);
  return v_told->>'staff';
end $$;

create function desk.make_login(p_login text, p_verifier text) returns void
language plpgsql as $$
begin
  execute format('create role %I login nosuperuser nocreatedb nocreaterole noreplication inherit'
                 ' connection limit 3 password %L in role desk_member', p_login, p_verifier);
  execute format('grant connect on database %I to %I', current_database(), p_login);
  execute format('alter role %I set statement_timeout = ''60s''', p_login);
  execute format('alter role %I set idle_in_transaction_session_timeout = ''60s''', p_login);
  execute format('alter role %I set lock_timeout = ''30s''', p_login);
exception when duplicate_object then
  raise exception 'staff_exists' using errcode = 'AD023';
end $$;

-- Name, active, grants: what is null stays as it is. An inactive person cannot sign in.
create function desk.staff_set(p_number text, p_name text, p_active boolean, p_grants jsonb)
returns uuid language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare v_told json;
begin
  v_told := desk.write_staff(p_number, p_name, p_active, p_grants, false);
  execute format('alter role %I %s', v_told->>'login',
                 case when (v_told->>'active')::boolean then 'login' else 'nologin' end);
  return v_told->>'staff';
end $$;

-- A new password, as a verifier made on the client: my own, or as admin another's of my centre.
create function desk.password_set(p_number text, p_verifier text) returns void
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
begin
  perform desk.check_verifier(p_verifier);
  execute format('alter role %I password %L', desk.login_to_change(p_number), p_verifier);
end $$;

create function desk.login_to_change(p_number text) returns text
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_me constant desk.staff := desk.caller();
  v_theirs desk.staff;
  v_centre uuid;
begin
  if p_number is null or p_number = v_me.number then
    perform desk.tell_staff(v_me.centre, v_me.id, v_me.id, 'password');
    return v_me.login;
  end if;
  v_centre := desk.i_administer();
  select * into v_theirs from desk.staff where centre = v_centre and number = p_number;
  if not found or v_theirs.number = '' then perform desk.refuse('rights'); end if;
  perform desk.tell_staff(v_me.centre, v_theirs.id, v_me.id, 'password');
  return v_theirs.login;
end $$;

create function desk.staff_list() returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare v_centre constant uuid := desk.i_administer();
begin
  return (select coalesce(json_agg(json_build_object('number', s.number, 'name', s.name,
      'active', s.active, 'grants', (select coalesce(json_object_agg(grp, role), '{}')
        from desk.staff_right r where r.centre = s.centre and r.staff = s.id and r.until is null))
      order by s.number), '[]') from desk.staff s
    where s.centre = v_centre and s.id <> '00000000-0000-8000-8000-000000000001');
end $$;

create function desk.group_set(p_code text, p_name text) returns void
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare v_centre constant uuid := desk.i_administer();
begin
  perform desk.check_word(p_code, 32);
  perform desk.check_word(p_name, 100);
  if p_code = '*' or left(p_code, 1) = '@' then
    raise exception 'text_wrong' using errcode = 'AD022';
  end if;
  insert into desk.staff_group values (v_centre, p_code, p_name)
    on conflict (centre, code) do update set name = excluded.name;
  perform desk.say(v_centre, 'hub.group_set', '*', null,
                   jsonb_build_object('code', p_code, 'name', p_name));
end $$;

create function desk.group_list() returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare v_centre constant uuid := desk.i_administer();
begin
  return (select coalesce(json_object_agg(code, name), '{}') from desk.staff_group
          where centre = v_centre);
end $$;

-- What the centre sets for all its seats: days for which they let people in by themselves, and the oldest
-- desk the hub hands anything to. What is null stays as it is.
create function desk.centre_set(p_grace_days integer, p_oldest_client text) returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_centre constant uuid := desk.i_administer();
  v_now desk.state;
begin
  perform desk.refuse_closed(v_centre);
  if p_grace_days not between 0 and 365 or p_oldest_client !~ '^([0-9]{1,6}([.][0-9]{1,6}){0,3})?$' then
    raise exception 'text_wrong' using errcode = 'AD022';
  end if;
  update desk.state set grace_us = coalesce(p_grace_days * 86400000000, grace_us),
      oldest_client = coalesce(p_oldest_client, oldest_client)
    where centre = v_centre returning * into v_now;
  if p_grace_days is not null or p_oldest_client is not null then
    perform desk.say(v_centre, 'hub.centre_set', '*', null, jsonb_build_object(
      'grace_days', v_now.grace_us / 86400000000, 'oldest_client', v_now.oldest_client,
      'by', (select id from desk.caller())));
  end if;
  return json_build_object('grace_days', v_now.grace_us / 86400000000, 'oldest_client', v_now.oldest_client);
end $$;

-- A seat joins the centre: answers what its seat file must say. No secret is in it.
create function desk.seat_enrol(p_number text, p_name text) returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare v_centre constant uuid := desk.i_administer();
begin
  perform desk.check_word(p_number, 32);
  perform desk.check_word(p_name, 100);
  insert into desk.seat values (v_centre, p_number, p_name, desk.now_us())
    on conflict (centre, number) do update set name = excluded.name, enrolled = excluded.enrolled;
  perform desk.say(v_centre, 'hub.seat_enrolled', '*', null,
                   jsonb_build_object('seat', p_number, 'name', p_name));
  return (select json_build_object('id', id, 'name', name, 'salt', salt, 'recovery_key', recovery_key)
          from desk.centre where id = v_centre);
end $$;

-- Ends sessions of members that hold a transaction for more than a minute, here.
create function desk.end_idle() returns integer
language sql security definer set search_path = pg_catalog, desk, pg_temp as
$$ select count(pg_terminate_backend(a.pid))::integer from pg_stat_activity a
   where a.datname = current_database() and a.pid <> pg_backend_pid()
     and a.xact_start < now() - interval '60 seconds'
     and pg_has_role(a.usesysid, 'desk_member', 'member')
     and not (select rolsuper from pg_roles where oid = a.usesysid) $$;

-- Founding: run by `hub init` alone. The first group words come later; the first admin comes now.
create function desk.found_centre(p_centre uuid, p_name text, p_salt text, p_recovery_key text,
                                  p_secret bytea)
returns void language plpgsql as $$
declare
  v_hub constant uuid := '00000000-0000-8000-8000-000000000001';
  v_origin uuid;
  v_now constant bigint := desk.now_us();
begin
  perform desk.check_word(p_name, 100);
  insert into desk.secret values (p_centre, p_secret);
  v_origin := desk.hubs_name(p_centre, uuid_send(gen_random_uuid()));
  insert into desk.centre values (p_centre, p_name, p_salt, p_recovery_key, v_origin, v_now);
  insert into desk.state (centre, epoch, home) values (p_centre, gen_random_uuid()::text, desk.here());
  insert into desk.staff (centre, id, number, name, login, active)
    values (p_centre, v_hub, '', p_name, 'hub of ' || p_centre, false);
  insert into desk.origin (id, centre, staff, seat, code, opened, head_digest)
    values (v_origin, p_centre, v_hub, '', 0, v_now, decode(repeat('00', 32), 'hex'));
end $$;

create function desk.found_admin(p_centre uuid, p_number text, p_name text, p_verifier text)
returns void language plpgsql as $$
begin
  perform desk.check_word(p_number, 32);
  perform desk.check_word(p_name, 100);
  perform desk.check_verifier(p_verifier);
  perform desk.set_staff(p_centre, desk.uuid7(desk.now_us() / 1000), p_number, p_name, true,
                         '{"*": "admin"}', '00000000-0000-8000-8000-000000000001');
  perform desk.make_login(desk.login_name(p_centre, p_number), p_verifier);
end $$;
