-- Erasing: personal values go, what was said of them stays, and they do not come back.

-- An erased value leaves its salt no more than its text: with it, a short number could be guessed.
create function desk.no_salt() returns bytea language sql immutable as
$$ select decode(repeat('00', 16), 'hex') $$;

-- Values kept as [[field, value, salt], ...] without those of some fields.
create function desk.scrubbed(p_personal jsonb, p_names text[]) returns jsonb language sql immutable as
$$ select case when jsonb_typeof(p_personal) <> 'array' then p_personal else coalesce((
     select jsonb_agg(case when one->>0 = any (p_names)
                           then jsonb_build_array(one->>0, null, desk.no_salt()::text) else one end order by n)
     from jsonb_array_elements(p_personal) with ordinality told(one, n)
     where jsonb_typeof(one) = 'array'), '[]') end $$;

-- Erasing waits for what is being taken, and what comes after it knows of it: two values of one fact
-- cannot pass each other.
create function desk.while_erasing_waits(p_centre uuid) returns void language sql volatile
set search_path = pg_catalog, desk, pg_temp as
$$ select pg_advisory_xact_lock_shared(hashtextextended('erase ' || p_centre, 0)) $$;

create function desk.erase_alone(p_centre uuid) returns void language sql volatile
set search_path = pg_catalog, desk, pg_temp as
$$ select pg_advisory_xact_lock(hashtextextended('erase ' || p_centre, 0)) $$;

-- Some personal values of one fact, wherever they lie: beside the fact, in a body that came under the
-- same id, among links that wait. p_told_by is the hub fact that says so. The fact need not be here yet.
create function desk.erase_values(p_centre uuid, p_fact uuid, p_names text[], p_told_by uuid)
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare v_names text[];
begin
  perform desk.erase_alone(p_centre);
  insert into desk.erased (centre, fact, field, told_by, made)
    select distinct p_centre, p_fact, name, p_told_by, desk.now_us() from unnest(p_names) name
    where name is not null
    on conflict (centre, fact, field) do nothing;
  v_names := array(select field from desk.erased where centre = p_centre and fact = p_fact);
  update desk.personal set value = null, salt = desk.no_salt()
    where centre = p_centre and fact = p_fact and field = any (v_names) and value is not null;
  update desk.conflict set personal = desk.scrubbed(personal, v_names)
    where centre = p_centre and fact = p_fact and personal is not null;
  update desk.offered set personal = desk.scrubbed(personal, v_names)
    where centre = p_centre and fact = p_fact and personal is not null;
end $$;

-- A fact's body told as far as it can be read: names and digests of its personal values.
create function desk.told_personal(p_body text) returns jsonb language plpgsql immutable as $$
declare v_told constant jsonb := p_body::jsonb->'personal';
begin
  return case when jsonb_typeof(v_told) = 'object' then v_told else '{}' end;
exception when data_exception then return '{}';
end $$;

-- Names of the personal values of a fact: beside it, in its body, and in bodies that came under its id.
create function desk.personal_names(p_centre uuid, p_fact uuid) returns text[] language sql stable as
$$ select coalesce(array_agg(distinct name order by name), '{}') from (
     select field as name from desk.personal where centre = p_centre and fact = p_fact
     union all
     select jsonb_object_keys(desk.told_personal(body)) from desk.fact where centre = p_centre and id = p_fact
     union all
     select one->>0 from desk.conflict c cross join lateral jsonb_array_elements(
       case when jsonb_typeof(c.personal) = 'array' then c.personal else '[]' end) one
     where c.centre = p_centre and c.fact = p_fact and jsonb_typeof(one) = 'array') told
   where name is not null $$;

-- Whether one of some personal values stands in a text.
create function desk.tells_value(p_centre uuid, p_fact uuid, p_text text) returns boolean language sql stable as
$$ select exists (select from desk.personal where centre = p_centre and fact = p_fact
                  and length(value) > 1 and position(value in p_text) > 0) $$;

-- Managers erase what they may read, an administrator of the centre anything; who sees nothing erases
-- nothing. Of a fact not here yet only the whole centre's may say so.
create function desk.may_erase(p_me desk.staff, p_grp text) returns boolean language sql stable as
$$ select exists (select from desk.staff_right r where r.centre = p_me.centre and r.staff = p_me.id
     and r.until is null and (r.grp = '*' and r.role in ('manager', 'admin')
                              or r.grp = p_grp and r.role = 'manager')) $$;

-- Say that values of one fact are gone, and let them go. Nothing is said when all were gone before.
create function desk.say_erased(p_centre uuid, p_fact uuid, p_names text[], p_why text, p_by uuid)
returns json language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_names text[];
  v_said uuid;
begin
  perform desk.erase_alone(p_centre);
  v_names := array(
    select distinct name from unnest(case when cardinality(p_names) > 0 then p_names
                                          else desk.personal_names(p_centre, p_fact) end) name
    where name is not null and not exists (
      select from desk.erased e where e.centre = p_centre and e.fact = p_fact and e.field = name)
    order by name);
  if cardinality(v_names) > 0 then
    if desk.tells_value(p_centre, p_fact, p_why) then
      raise exception 'why_tells' using errcode = 'AD030';
    end if;
    v_said := desk.say(p_centre, 'hub.erased', '*', null, jsonb_build_object(
      'about', p_fact, 'why', p_why, 'by', p_by,
      'names', (select jsonb_agg(jsonb_build_object('name', name)) from unnest(v_names) name)));
    perform desk.erase_values(p_centre, p_fact, v_names, v_said);
  end if;
  return json_build_object('fact', p_fact, 'names', v_names, 'told_by', v_said);
end $$;

-- The one verb. p_names null: every personal value of the fact.
create function desk.erase(p_fact uuid, p_names text[], p_why text) returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_me constant desk.staff := desk.caller();
  v_grp text;
  v_name text;
begin
  perform desk.refuse_closed(v_me.centre);
  select grp into v_grp from desk.known(v_me.centre) where id = p_fact;
  if p_fact is null or not desk.may_erase(v_me, coalesce(v_grp, '')) then perform desk.refuse('rights'); end if;
  perform desk.check_word(p_why, 500);
  if cardinality(p_names) > 50 then perform desk.refuse('rights'); end if;
  foreach v_name in array coalesce(p_names, '{}') loop
    perform desk.check_word(v_name, 100);
  end loop;
  if v_grp is null and coalesce(cardinality(p_names), 0) = 0 then
    raise exception 'fact_unknown' using errcode = 'AD027';
  end if;
  return desk.say_erased(v_me.centre, p_fact, p_names, p_why, v_me.id);
end $$;

-- The same for every fact of one subject: a person, a case, an order.
create function desk.erase_subject(p_subject uuid, p_names text[], p_why text) returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_me constant desk.staff := desk.caller();
  v_fact uuid;
  v_named text[];
  v_told json;
  v_all json[] := '{}';
begin
  perform desk.refuse_closed(v_me.centre);
  perform desk.check_word(p_why, 500);
  if not desk.may_erase(v_me, '*') then perform desk.refuse('rights'); end if;
  perform desk.erase_alone(v_me.centre);
  for v_fact in select id from desk.known(v_me.centre) where subject = p_subject order by id loop
    v_named := array(select name from unnest(desk.personal_names(v_me.centre, v_fact)) name
                     where coalesce(cardinality(p_names), 0) = 0 or name = any (p_names));
    continue when cardinality(v_named) = 0;
    v_told := desk.say_erased(v_me.centre, v_fact, v_named, p_why, v_me.id);
    if v_told->>'told_by' is not null then v_all := v_all || v_told; end if;
  end loop;
  return array_to_json(v_all);
end $$;

-- Facts whose personal values have been kept as long as their kind says; a time far ahead gains nothing.
-- Of a fact whose month lies elsewhere only the time is known at which it came.
create function desk.overdue(p_centre uuid, p_now bigint, p_most integer) returns setof uuid
language sql stable as
$$ select distinct f.id
   from (select id, kind, least(happened, received) as since from desk.fact where centre = p_centre
         union all
         select a.id, j.kind, j.received from desk.archived a join desk.journal j using (origin, seq)
         where a.centre = p_centre) f
   join desk.kind k on k.name = f.kind and k.retain_days > 0
   where f.since < p_now - k.retain_days * 86400000000
     and (exists (select from desk.personal p where p.centre = p_centre and p.fact = f.id and p.value is not null)
          or exists (select from desk.conflict c cross join lateral jsonb_array_elements(
                       case when jsonb_typeof(c.personal) = 'array' then c.personal else '[]' end) one
                     where c.centre = p_centre and c.fact = f.id and one->>1 is not null))
   limit p_most $$;

-- What is overdue goes; answers how many facts. Run by IT's nightly job, some at a time.
create function desk.retain(p_centre uuid, p_most integer) returns integer
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_fact uuid;
  v_done integer := 0;
begin
  perform desk.refuse_closed(p_centre);
  perform desk.erase_alone(p_centre);
  for v_fact in select * from desk.overdue(p_centre, desk.now_us(), p_most) loop
    perform desk.say_erased(p_centre, v_fact, null, 'retention', '00000000-0000-8000-8000-000000000001');
    v_done := v_done + 1;
  end loop;
  return v_done;
end $$;

-- A backup was written and read back; p_taken is when its view of the hub was taken.
create function desk.note_backup(p_folder text, p_root text, p_taken bigint) returns void language sql
set search_path = pg_catalog, desk, pg_temp as
$$ select desk.say(centre, 'hub.backed_up', '*', null,
     jsonb_build_object('folder', p_folder, 'root', p_root, 'taken', p_taken))
   from desk.state where desk.open_here(centre) $$;
