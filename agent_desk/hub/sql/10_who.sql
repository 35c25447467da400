-- Who is asking, and the small words every other verb uses. Those asked in every beat and for every page are
-- plpgsql: a session plans them once, where an SQL function that pins its search path is planned at each call.

create function desk.now_us() returns bigint language plpgsql volatile
set search_path = pg_catalog, desk, pg_temp as $$
begin
  return (select (extract(epoch from clock_timestamp()) * 1000000)::bigint);
end $$;

-- The cluster and database this is. A copy, restored by hand or not, lies somewhere else.
create function desk.here() returns text language plpgsql stable
set search_path = pg_catalog, desk, pg_temp as $$
begin
  return (select system_identifier from pg_control_system())::text || '/'
         || (select oid from pg_database where datname = current_database())::text;
end $$;

-- Open, and at home: everything that writes asks this.
create function desk.open_here(p_centre uuid) returns boolean language plpgsql stable
set search_path = pg_catalog, desk, pg_temp as $$
begin
  return coalesce((select opened and home = desk.here() from desk.state where centre = p_centre), false);
end $$;

create function desk.my_staff() returns uuid language plpgsql stable security definer
set search_path = pg_catalog, desk, pg_temp as $$
begin
  return (select id from desk.staff where login = session_user::text and active);
end $$;

-- The centre whose rows I may read. A hub that waits for its healing shows nothing: it has forgotten who left
-- and what was erased.
create function desk.my_centre() returns uuid language plpgsql stable security definer
set search_path = pg_catalog, desk, pg_temp as $$
begin
  return (select centre from desk.staff where login = session_user::text and active and desk.open_here(centre));
end $$;

-- Groups whose facts I may read: my grants, the whole centre's, and my own letter box.
create function desk.my_groups() returns text[] language plpgsql stable security definer
set search_path = pg_catalog, desk, pg_temp as $$
begin
  return (select coalesce(array_agg(distinct r.grp), '{}') || array['*', '@' || s.id::text]
     from desk.staff s left join desk.staff_right r
       on r.centre = s.centre and r.staff = s.id and r.until is null and r.role <> 'admin'
     where s.login = session_user::text and s.active group by s.id);
end $$;

-- Whether I see every group: only a manager of the whole centre does.
create function desk.i_see_all() returns boolean language plpgsql stable security definer
set search_path = pg_catalog, desk, pg_temp as $$
begin
  return (select exists (
       select from desk.staff s join desk.staff_right r on r.centre = s.centre and r.staff = s.id
       where s.login = session_user::text and s.active and r.until is null
         and r.grp = '*' and r.role = 'manager'));
end $$;

-- People I lead: seen on the team panel.
create function desk.my_people() returns uuid[] language plpgsql stable security definer
set search_path = pg_catalog, desk, pg_temp as $$
begin
  return (select coalesce(array_agg(distinct theirs.staff), '{}')
     from desk.staff s
     join desk.staff_right mine on mine.centre = s.centre and mine.staff = s.id
       and mine.until is null and mine.role in ('leader', 'manager')
     join desk.staff_right theirs on theirs.centre = s.centre and theirs.until is null
       and (theirs.grp = mine.grp or mine.grp = '*')
     where s.login = session_user::text and s.active);
end $$;

-- Version 7 of RFC 9562 for a time in milliseconds since 1970.
create function desk.uuid7(p_ms bigint) returns uuid language sql volatile
set search_path = pg_catalog, desk, pg_temp as
$$ select encode(
     substring(int8send(p_ms) from 3)
     || set_byte(set_byte(random, 0, (get_byte(random, 0) & 15) | 112),
                 2, (get_byte(random, 2) & 63) | 128), 'hex')::uuid
   from (select substring(uuid_send(gen_random_uuid()) from 1 for 6)
                || substring(uuid_send(gen_random_uuid()) from 13 for 4) as random) made $$;

-- The one spelling of a value, byte for byte that of facts/body.py: names sorted by code point.
create function desk.canonical(p_value jsonb) returns text language plpgsql immutable
set search_path = pg_catalog, desk, pg_temp as $$
begin
  return case jsonb_typeof(p_value)
    when 'object' then '{' || coalesce((
      select string_agg(to_json(key)::text || ':' || desk.canonical(value), ','
                        order by key collate "C")
      from jsonb_each(p_value)), '') || '}'
    when 'array' then '[' || coalesce((
      select string_agg(desk.canonical(value), ',' order by n)
      from jsonb_array_elements(p_value) with ordinality e(value, n)), '') || ']'
    else p_value::text end;
end $$;

-- Whether a seat could have saved this JSON: no nothing, no fractions, no integer beyond 64 bits.
-- Strings are blanked out first; what is left are numbers, words and brackets.
create function desk.saveable(p_body text) returns boolean language plpgsql immutable
set search_path = pg_catalog, desk, pg_temp set standard_conforming_strings = on as $$
declare v_bare constant text := regexp_replace(p_body, '"([^"\\]|\\.)*"', '""', 'g');
begin
  return v_bare !~ '[.E]|[0-9]e|null' and (v_bare !~ '[0-9]{19}' or not exists (
    select from regexp_matches(v_bare, '-?[0-9]{19,}', 'g') found(number)
    where length(number[1]) > 20
      or number[1]::numeric not between -9223372036854775808 and 9223372036854775807));
end $$;

-- The person who calls a verb. An old view of the rows would still show rights that ended since.
create function desk.caller() returns desk.staff language plpgsql volatile
set search_path = pg_catalog, desk, pg_temp as $$
declare v_me desk.staff;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    perform desk.refuse('rights');
  end if;
  select * into v_me from desk.staff where login = session_user::text and active;
  if not found then perform desk.refuse('rights'); end if;
  return v_me;
end $$;

-- Refusals travel as SQLSTATEs of the desk's own class; the message is the port's word.
create function desk.refuse(p_why text) returns void language plpgsql immutable
set search_path = pg_catalog, desk, pg_temp as $$
begin
  raise exception using message = p_why, errcode = case p_why
    when 'mac' then 'AD001' when 'chain' then 'AD002' when 'fork' then 'AD003'
    when 'author' then 'AD004' when 'centre' then 'AD005' when 'closed' then 'AD006'
    when 'rights' then 'AD007' when 'client_too_old' then 'AD008' else 'AD099' end;
end $$;

-- A hub that waits for its healing takes nothing and changes nothing.
create function desk.refuse_closed(p_centre uuid) returns void language plpgsql stable
set search_path = pg_catalog, desk, pg_temp as $$
begin
  if not desk.open_here(p_centre) then perform desk.refuse('closed'); end if;
end $$;

-- Whether a person's rights open a group to them.
create function desk.may_read(p_centre uuid, p_staff uuid, p_grp text) returns boolean
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ select p_grp = '*' or p_grp = '@' || p_staff::text or exists (
     select from desk.staff_right where centre = p_centre and staff = p_staff and until is null
       and role <> 'admin' and (grp = p_grp or (grp = '*' and role = 'manager'))) $$;

-- The same for one subject, with what was shared to the person's groups.
create function desk.may_read_of(p_centre uuid, p_staff uuid, p_subject uuid, p_grp text)
returns boolean language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ select desk.may_read(p_centre, p_staff, p_grp) or exists (
     select from desk.audience a where a.centre = p_centre and a.subject = p_subject
       and a.from_grp = p_grp and desk.may_read(p_centre, p_staff, a.grp)) $$;
